import type { Stage } from '../../lab/demo/stage.ts'
import type { SeenMessage, SeenView } from '../../lab/slack/seen.ts'
import { watchRun } from '../../src/cli/watch-run.ts'
import type { RunRecord } from '../../src/runs/state.ts'

export const ANA = 'U0ANA'
export const BO = 'U0BO'
export const CY = 'U0CY'
export const DEE = 'U0DEE'
export const GUS = 'U0GUS'
export const CHANNEL = 'C0HA'

/** Slack's own pace is part of what is waited for: a card is edited every 1.5 s at most. */
const ANSWER_MS = 20_000
const RUN_MS = 60_000

/** Someone types a command. What they alone read at once, and the number of the run that it says was begun. */
export async function type(stage: Stage, user: string, text: string): Promise<{ told: string; number: number }> {
  const done = await stage.workspace.control.command({ user, channel: CHANNEL, text })
  if (!done.ok) throw new Error(`${text}: ${done.error} ${done.detail ?? ''}`)
  const told = stage.workspace.control.messages({ user }).findLast(message => message.ephemeral)?.said ?? ''
  return { told, number: Number(/for #(\d+)…/.exec(told)?.[1] ?? Number.NaN) }
}

/** Ana asks for something that needs an approval; settles when its card asks for it. */
export async function asked(stage: Stage, text: string): Promise<{ number: number; card: SeenMessage }> {
  const { number } = await type(stage, ANA, text)
  return { number, card: await cardWith(stage, number, 'Review and approve') }
}

/** Everything that looks like the card of a run: more than one of them is a defect. */
export function cards(stage: Stage, number: number): readonly SeenMessage[] {
  return stage.workspace.control
    .messages({ channel: CHANNEL })
    .filter(({ bot, ephemeral, thread_ts, said }) => bot && !ephemeral && !thread_ts && isAbout(said, number))
}

function isAbout(said: string, number: number): boolean {
  return new RegExp(`^#${number} · `, 'm').test(said)
}

/** The card of a run once it has a button, or says something. */
export async function cardWith(stage: Stage, number: number, words: string): Promise<SeenMessage> {
  const has = ({ said, buttons }: SeenMessage) => said.includes(words) || buttons.some(({ text }) => text === words)
  return await stage.workspace.control.until(() => cards(stage, number).find(has), {
    what: `a card of #${number} with "${words}"`,
    timeoutMs: ANSWER_MS,
  })
}

/** A private message to somebody that says so and was not there before. */
export async function whisper(stage: Stage, user: string, words: string): Promise<SeenMessage> {
  const { control } = stage.workspace
  const found = () => control.messages({ user }).findLast(message => message.ephemeral && message.said.includes(words))
  return await control.until(found, { what: `"${words}" to ${user} alone`, timeoutMs: ANSWER_MS })
}

/** The replies under a message, once one of them says so. */
export async function repliesWith(stage: Stage, card: SeenMessage, words: string): Promise<readonly SeenMessage[]> {
  const { control } = stage.workspace
  const replies = () => control.messages({ channel: CHANNEL }).filter(message => message.thread_ts === card.ts)
  await control.until(() => replies().some(({ said }) => said.includes(words)), {
    what: `a reply that says "${words}"`,
    timeoutMs: ANSWER_MS,
  })
  return replies()
}

/** Somebody presses a button of a card and reads the window that opens. */
export async function open(stage: Stage, user: string, card: SeenMessage, button: string): Promise<SeenView> {
  const { control } = stage.workspace
  const before = new Set(control.views({ user }).map(view => view.id))
  const pressed = await control.click({ user, channel: CHANNEL, message_ts: card.ts, button })
  if (!pressed.ok) throw new Error(`${user} could not press ${button}: ${pressed.error} ${pressed.detail ?? ''}`)
  const filled = (view: SeenView) => !before.has(view.id) && !view.said.includes('Reading the plan')
  return await control.until(() => control.views({ user }).find(filled), {
    what: `the window that ${button} opens for ${user}`,
    timeoutMs: ANSWER_MS,
  })
}

/** Opens the window and agrees in it. */
export async function approve(stage: Stage, user: string, card: SeenMessage): Promise<void> {
  await open(stage, user, card, 'Review and approve')
  await stage.workspace.control.submit({ user, values: {} })
}

/** A run once it has ended. */
export async function ended(stage: Stage, number: number): Promise<RunRecord> {
  return await runOnce(stage, number, ({ state }) => state.phase === 'finished', 'the end')
}

/** A run once the journal says something of it. */
export async function runOnce(
  { core: { journal } }: Stage,
  number: number,
  holds: (record: RunRecord) => boolean,
  what: string,
): Promise<RunRecord> {
  const run = await journal.find(number)
  if (run === undefined) throw new Error(`there is no run #${number}`)
  for await (const record of watchRun(journal, run, AbortSignal.timeout(RUN_MS))) if (holds(record)) return record
  throw new Error(`#${number}: not within ${RUN_MS} ms: ${what}`)
}

/** How many runs the journal knows anything of: what is refused at once must not add to them. */
export async function runCount({ core: { journal } }: Stage): Promise<number> {
  const records = await Promise.all((await journal.list(1_000)).map(({ run }) => journal.load(run)))
  return records.filter(record => record !== undefined).length
}
