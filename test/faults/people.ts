import { setTimeout as delay } from 'node:timers/promises'
import type { Control } from '../../lab/slack/control.ts'
import type { Archive } from './bundles.ts'
import type { LaneCluster } from './lane/lane.ts'

const [ANA, BO, CY] = ['U0ANA', 'U0BO', 'U0CY']
const CHANNEL = 'C0HA'
/** What somebody waits who got no answer, before they look and ask again. */
const PATIENCE_MS = 3_000
const WINDOW_MS = 2_500

/** What a person asked for and what they were told. */
export interface Asked {
  readonly tag: string
  readonly at: number
  /** `nothing`: Slack said that ha-bot did not respond. */
  readonly answer: 'accepted' | 'refused' | 'nothing' | 'other'
  readonly number: number | undefined
  readonly words: string
}

/**
 * Ana asks until there is a run. Whoever got no answer looks whether there is one, and asks again; each asking has a tag of its own.
 */
export async function askFor(
  control: Control,
  archive: Archive,
  cluster: LaneCluster,
  signal: AbortSignal,
): Promise<Asked[]> {
  const asked: Asked[] = []
  for (const letter of 'abcdefgh') {
    if (signal.aborted) return asked
    const tag = `${cluster.name}${letter}`
    const one = await ask(control, tag, cluster)
    asked.push(one)
    if (one.answer === 'accepted' || (await shows(archive, tag, signal))) return asked
  }
  return asked
}

async function ask(control: Control, tag: string, cluster: LaneCluster): Promise<Asked> {
  const at = Date.now()
  const text = `/ha touch ${tag} on ${cluster.name}`
  const done = await control.command({ user: ANA, channel: CHANNEL, text })
  if (!done.ok) return { tag, at, answer: 'nothing', number: undefined, words: done.error }
  const words = JSON.stringify(done.ack)
  const number = /for #(\d+)…/.exec(words)?.[1] ?? /#(\d+) already came/.exec(words)?.[1]
  if (number) return { tag, at, answer: 'accepted', number: Number(number), words }
  const isNo = words.includes('NOT accepted') && !words.includes('NOT accepted yet')
  return { tag, at, answer: isNo ? 'refused' : 'other', number: undefined, words }
}

async function shows(archive: Archive, tag: string, signal: AbortSignal): Promise<boolean> {
  const end = performance.now() + PATIENCE_MS
  while (performance.now() < end && !signal.aborted) {
    if ((await archive.tagged(tag)).length > 0) return true
    await delay(50)
  }
  return false
}

/** Bo presses the button of the card and agrees in the window; false when something of it did not work out. */
export async function approve(
  control: Control,
  number: number,
  token: string,
  who: 'bo' | 'cy' = 'bo',
): Promise<boolean> {
  const user = who === 'bo' ? BO : CY
  const card = control
    .messages({ channel: CHANNEL })
    .find(
      ({ bot, ephemeral, said, buttons }) =>
        bot && !ephemeral && isAbout(said, number) && buttons.some(({ value }) => value === token),
    )
  if (!card) return false
  const before = new Set(control.views({ user }).map(view => view.id))
  const pressed = await control.click({ user, channel: CHANNEL, message_ts: card.ts, button: 'Review and approve' })
  if (!pressed.ok) return false
  const view = await control
    .until(() => control.views({ user }).find(each => !before.has(each.id) && each.submit === 'Approve'), {
      what: 'the window with the plan',
      timeoutMs: WINDOW_MS,
    })
    .catch(() => undefined)
  if (!view) return false
  const done = await control.submit({ user, view_id: view.id, values: {} })
  return done.ok
}

export function isAbout(said: string, number: number): boolean {
  return new RegExp(`^#${number} · `, 'm').test(said)
}
