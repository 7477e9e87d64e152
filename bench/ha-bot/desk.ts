import { createLog } from '../../src/adapters/log.ts'
import { loadSigner } from '../../src/adapters/signatures/bot-signature.ts'
import { type Core, deskParts, openCore, openQueue } from '../../src/app.ts'
import type { Answer, Attest, Desk } from '../../src/commands/desk.ts'
import { createDesk } from '../../src/commands/dispatch.ts'
import { loadConfig } from '../../src/config.ts'
import type { Lifecycle } from '../../src/lifecycle.ts'
import { problemText, type Result } from '../../src/problem.ts'
import type { Speaker } from '../../src/runs/events.ts'
import { createRedactor } from '../../src/transcripts/redact.ts'

export interface OpenDesk {
  readonly journal: Core['journal']
  /** Says words as the bot does for Ana, signature and all; rejects when they are not accepted. Answers the run. */
  say(text: string, key: string): Promise<string>
  /** Bo approves where a run stands; rejects when that is not taken. */
  approve(run: string): Promise<void>
}

/** The bot's half behind Slack: the same desk, journal and key, without a websocket before them. */
export async function openDesk(configFile: string, lifecycle: Lifecycle): Promise<OpenDesk> {
  const env = { ...process.env, HA_CONFIG: configFile }
  const redactor = createRedactor()
  const config = mustWork(await loadConfig({ env }))
  const log = createLog({ level: 'error', redactor })
  const core = mustWork(await openCore({ config, env, log, redactor }))
  lifecycle.add('the desk', () => core.lifecycle.close())
  const sign = mustWork(await loadSigner(config.signing.bot))
  const desk = createDesk(deskParts(core, 'bot', openQueue(core, { by: 'bot', sign })))
  const attest: Attest = async (words, at) => ({ by: 'bot', signature: sign(words), at })
  return {
    journal: core.journal,
    say: (text, key) => say(desk, attest, text, key),
    approve: run => approve(desk, attest, run),
  }
}

const teams = async () => true

async function say(desk: Desk, attest: Attest, text: string, key: string): Promise<string> {
  const answer = await desk.say({ text, speaker: speaker('ana'), dedupe: key, teams, attest })
  if (answer.kind === 'accepted') return answer.run
  throw new Error(refusalOf(answer))
}

async function approve(desk: Desk, attest: Attest, run: string): Promise<void> {
  const verdict = { decision: 'approve', reason: '', confirm: '', speaker: speaker('bo'), teams, attest } as const
  const answer = await desk.decide({ gate: { run }, ...verdict })
  if (answer.kind !== 'decided') throw new Error(refusalOf(answer))
}

function speaker(person: 'ana' | 'bo'): Speaker {
  return { person, via: 'slack', name: person, slackUser: `U0${person.toUpperCase()}`, channel: 'C0HA' }
}

function refusalOf(answer: Answer): string {
  return answer.kind === 'refused' ? answer.problems.map(problemText).join('\n') : `answered: ${answer.kind}`
}

function mustWork<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new Error(result.problems.map(problemText).join('\n'))
}
