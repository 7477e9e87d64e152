import { user, usergroup } from './acting/administer.ts'
import { type CommandAsk, command } from './acting/command.ts'
import { click, type ElementAsk, type SelectAsk, select } from './acting/elements.ts'
import { type CloseAsk, closeView, type SubmitAsk, type Submitted, submit } from './acting/modals.ts'
import type { Acked, Done } from './acting/outcome.ts'
import { type SuggestAsk, suggest } from './acting/suggest.ts'
import { dm, home, mention, type SayAsk, say } from './acting/talk.ts'
import type { Option } from './blocks/composition.ts'
import { Fault, type FaultInput } from './faults.ts'
import { type Lab, resetLab } from './lab.ts'
import type { Entry } from './log.ts'
import { type SeenFile, type SeenMessage, type SeenView, seenFile, seenHome, seenMessages, seenViews } from './seen.ts'
import type { Channel, Person, PersonFlags, Usergroup } from './store.ts'
import { type UntilOptions, until } from './until.ts'

/** Everything a person, an administrator or bad luck can do in the workspace, and everything there is to see. */
export interface Control {
  command(ask: CommandAsk): Promise<Done<Acked>>
  say(ask: SayAsk): Promise<Done<{ ts?: string }>>
  mention(ask: SayAsk): Promise<Done<{ ts?: string }>>
  dm(ask: Omit<SayAsk, 'channel'>): Promise<Done<{ ts?: string }>>
  click(ask: ElementAsk): Promise<Done<Acked>>
  select(ask: SelectAsk): Promise<Done<Acked>>
  suggest(ask: SuggestAsk): Promise<Done<{ options: readonly Option[] }>>
  submit(ask: SubmitAsk): Promise<Done<Submitted>>
  closeView(ask: CloseAsk): Promise<Done>
  home(ask: { readonly user: string }): Promise<Done>
  usergroup(ask: { readonly id?: string | undefined; readonly users: readonly string[] }): Promise<Done>
  user(ask: { readonly id: string; readonly flags: PersonFlags }): Promise<Done>
  fault(fault: FaultInput): Done
  clock(ask: { readonly advanceMs: number }): Done<{ now: number }>
  reset(): Done

  state(): State
  /** What `user` sees (everything, of everyone, when not given). */
  messages(which?: {
    readonly channel?: string | undefined
    readonly user?: string | undefined
  }): readonly SeenMessage[]
  views(which?: { readonly user?: string | undefined }): readonly SeenView[]
  /** What the app has published on this person's home tab. */
  homeOf(user: string): SeenView | undefined
  files(): readonly (SeenFile & { readonly text: string })[]
  log(): readonly Entry[]
  /** Waits until `look` finds something; looks again at every change, rejects with the conversation at the time limit (5 s). */
  until<T>(look: (control: Control) => T | undefined | false | null, options: UntilOptions): Promise<T>
}

interface State {
  readonly now: number
  readonly sockets: number
  readonly commands: readonly string[]
  readonly faults: readonly Fault[]
  readonly people: readonly Person[]
  readonly channels: readonly Channel[]
  readonly usergroups: readonly Usergroup[]
}

export function createControl(lab: Lab): Control {
  const control: Control = {
    command: ask => command(lab, ask),
    say: ask => say(lab, ask),
    mention: ask => mention(lab, ask),
    dm: ask => dm(lab, ask),
    click: ask => click(lab, ask),
    select: ask => select(lab, ask),
    suggest: ask => suggest(lab, ask),
    submit: ask => submit(lab, ask),
    closeView: ask => closeView(lab, ask),
    home: ask => home(lab, ask),
    usergroup: ask => usergroup(lab, ask),
    user: ask => user(lab, ask),
    fault: fault => applyFault(lab, Fault.parse(fault)),
    clock({ advanceMs }) {
      lab.clock.advance(advanceMs)
      return { ok: true, now: lab.clock.now() }
    },
    reset() {
      resetLab(lab)
      return { ok: true }
    },
    state: () => state(lab),
    messages: (which = {}) => seenMessages(lab, which),
    views: (which = {}) => seenViews(lab, which.user),
    homeOf: person => seenHome(lab, person),
    files: () => [...lab.store.files.values()].map(file => ({ ...seenFile(file), text: file.bytes.toString('utf8') })),
    log: () => lab.log.entries(),
    until: (look, options) => until(lab, () => look(control), options),
  }
  return control
}

function applyFault(lab: Lab, fault: Fault): Done {
  if (fault.type === 'clear') lab.faults.clear()
  else if (fault.type === 'disconnect') lab.sockets.disconnect(fault.reason, fault.socket)
  else lab.faults.add(fault)
  return { ok: true }
}

function state(lab: Lab): State {
  const { people, channels, usergroups } = lab.store
  return {
    now: lab.clock.now(),
    sockets: lab.sockets.connected(),
    commands: lab.commands,
    faults: lab.faults.list(),
    people: [...people.values()],
    channels: [...channels.values()],
    usergroups: [...usergroups.values()],
  }
}
