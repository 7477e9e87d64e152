import type { Answer, Desk } from '../../../src/commands/desk.ts'
import type { Entry, RunEvent } from '../../../src/runs/events.ts'
import { speaker } from '../../support/bench-parts.ts'
import { understood } from './gateway.ts'
import type { Random } from './random.ts'
import { attest, HEALS_AT_MS, NODES } from './setting.ts'
import type { Answered } from './truth.ts'
import type { World } from './world.ts'

const PEOPLE = ['ana', 'bo', 'cy'] as const
const TEAMS = async () => true

/** People who ask, agree, deny, click twice, stop, look, and change their minds: at times and in ways that the seed decides. */
export class People {
  readonly #world: World
  readonly #random: Random
  #deliveries = 0

  constructor(world: World, random: Random) {
    this.#world = world
    this.#random = random
  }

  /** Somebody asks for something in the first seconds. */
  begin(): void {
    const count = this.#random.int(1, 3)
    for (let i = 0; i < count; i++) {
      const person = this.#random.pick(PEOPLE)
      this.#deliveries += 1
      const dedupe = `delivery-${this.#deliveries}`
      const wish = this.#random.fork(dedupe)
      this.#later(i === 0 ? this.#random.int(0, 2000) : this.#random.int(0, 25_000), () => {
        const text = this.#wish(wish)
        this.#ask(text, person, dedupe)
        // Slack delivers again what was not acknowledged in time.
        if (wish.chance(0.2)) this.#later(wish.int(0, 3000), () => this.#ask(text, person, dedupe))
      })
    }
  }

  /** Something that makes sense, as far as they see. */
  #wish(random: Random): string {
    const { cluster } = this.#world
    const group = random.pick(['server0', 'server1'])
    const target = random.pick(NODES.filter(node => node !== cluster.ownerOf(group)))
    return random.pick([
      `shift ${group} to ${target}`,
      `shift ${group} to ${target}`,
      'scrub',
      `restart ${random.pick(NODES)}`,
    ])
  }

  /** They read the card. */
  sees(entry: Entry): void {
    const { event, run } = entry
    if (event.type === 'requested' && this.#random.chance(0.12)) this.#say('stop', run, 0, 40_000)
    if (event.type === 'gate-opened') this.#decide(run, event)
    if (event.type === 'execution-started' && this.#random.chance(0.05)) this.#say('stop', run, 0, 3000)
    if (event.type === 'restored' && this.#random.chance(0.6)) this.#say('resume', run, 1000, 10_000)
    if (event.type === 'finished' && event.outcome === 'unknown') this.#look(run)
  }

  #decide(run: string, { token }: Extract<RunEvent, { type: 'gate-opened' }>): void {
    for (const person of PEOPLE) {
      const clicks = this.#random.chance(0.85) ? (this.#random.chance(0.15) ? 2 : 1) : 0
      const decision = this.#random.chance(0.06) ? ('deny' as const) : ('approve' as const)
      for (let click = 0; click < clicks; click++) {
        const verdict = {
          gate: { token },
          decision,
          reason: '',
          confirm: '',
          teams: TEAMS,
          speaker: speaker(person),
          attest,
        }
        this.#later(this.#random.int(500, 12_000), () =>
          this.#to('decide', person, run, `${decision} #${this.#number(run)}`, desk => desk.decide(verdict)),
        )
      }
    }
  }

  /** After an unknown outcome: some look and say something, some do nothing. */
  #look(run: string): void {
    const what = this.#random.pick(['resume', 'mark-done', 'stop', 'take-over', 'take-over', 'nothing'] as const)
    if (what === 'nothing') return
    const first = this.#random.pick(PEOPLE)
    this.#say(what, run, 1000, 15_000, first)
    // Some things need a second person.
    if (what !== 'stop') this.#say(what, run, 1000, 15_000, this.#random.pick(PEOPLE.filter(one => one !== first)))
  }

  #say(what: 'stop' | 'resume' | 'mark-done' | 'take-over', run: string, low: number, high: number, as?: string): void {
    const person = as ?? this.#random.pick(PEOPLE)
    const order = { run, reason: 'seen it', speaker: speaker(person), attest }
    const act = (desk: Desk): Promise<Answer> => {
      if (what === 'stop') return desk.stop(order)
      if (what === 'resume') return desk.resume(order)
      return what === 'mark-done' ? desk.markDone(order) : desk.takeOver(order)
    }
    this.#later(this.#random.int(low, high), () => this.#to(what, person, run, `${what} #${this.#number(run)}`, act))
  }

  #ask(text: string, person: string, dedupe: string): void {
    const said = { text, speaker: speaker(person), dedupe, teams: TEAMS, attest }
    this.#to('request', person, dedupe, text, desk => desk.say(said))
  }

  #to(what: Answered['what'], person: string, about: string, text: string, act: (desk: Desk) => Promise<Answer>): void {
    const { kernel, history, truth, gateway } = this.#world
    const note = { at: kernel.now, what, person, about, run: '', answer: 'open' as Answered['answer'] }
    truth.answered.push(note)
    history.note(person, `says: ${text}`)
    if (!gateway) return
    void act(gateway.desk).then(answer => {
      note.answer = understood(answer)
      if (answer.kind === 'accepted' || answer.kind === 'decided') note.run = answer.run
      const why = answer.kind === 'refused' ? `: ${answer.problems.map(problem => problem.code).join(', ')}` : ''
      history.note(person, `is answered to "${text}": ${note.answer}${why}`)
    })
  }

  #number(run: string): string {
    return this.#world.redis.numberOf(run)
  }

  /** Once all is well again they only watch. */
  #later(ms: number, act: () => void): void {
    if (this.#world.kernel.now + ms < HEALS_AT_MS) this.#world.kernel.in(ms, act)
  }
}
