import { watchRun } from '../../src/cli/watch-run.ts'
import { parseCommand } from '../../src/commands/grammar.ts'
import { exitCode } from '../../src/runs/outcome.ts'
import type { GateState, RunState } from '../../src/runs/state.ts'
import type { Stage } from './stage.ts'

const REQUESTER = 'U0ANA'
const APPROVERS = ['U0BO', 'U0CY'] as const
const CHANNEL = 'C0HA'
const ANSWER_MS = 15_000
const RUN_MS = 20 * 60_000
/** Exit code of "usage or refused". */
const REFUSED = 2

/**
 * Ana types one command, as many others as the policy asks approve it, everybody acting through the workspace. Prints the conversation and
 * the transcript. Exit code of the run.
 */
export async function playOnce(stage: Stage, typed: string, say: (text: string) => void): Promise<number> {
  const text = typed.trim().startsWith('/') ? typed.trim() : `/ha ${typed.trim()}`
  const stopTelling = tellConversation(stage, say)
  try {
    say(`Ana: ${text}`)
    const before = await latestRun(stage)
    await stage.workspace.control.command({ user: REQUESTER, channel: CHANNEL, text })
    const run = await latestRun(stage)
    if (run === undefined || run === before) return withoutRun(stage, text)
    return await seeThrough(stage, run, say)
  } finally {
    stopTelling()
  }
}

async function latestRun(stage: Stage): Promise<string | undefined> {
  return (await stage.core.journal.list(1))[0]?.run
}

/** No run began: either it was one of ha-bot's own verbs, or it was refused. */
function withoutRun(stage: Stage, text: string): number {
  const { library, config } = stage.core
  const command = parseCommand(text.replace(/^\/\S+\s*/, ''), { library, inventory: config.inventory })
  return command.ok && command.value.kind !== 'request' ? 0 : REFUSED
}

async function seeThrough(stage: Stage, run: string, say: (text: string) => void): Promise<number> {
  const limit = AbortSignal.timeout(RUN_MS)
  let approved = ''
  for await (const { state } of watchRun(stage.core.journal, run, limit)) {
    const gate = state.gates.at(-1)
    if (gate && state.phase === 'waiting' && approved !== gate.token) {
      approved = gate.token
      await approveAll(stage, gate)
    }
    if (state.phase === 'finished') return await ended(stage, state, say)
  }
  throw new Error(`run ${run} did not end within ${RUN_MS / 60_000} minutes`)
}

/** As many people as the gate asks press the button and agree in the dialog that opens. */
async function approveAll({ workspace: { control } }: Stage, gate: GateState): Promise<void> {
  const card = await control.until(
    seen =>
      seen.messages({ channel: CHANNEL }).find(message => message.buttons.some(button => button.value === gate.token)),
    { what: 'a card with the buttons of the gate', timeoutMs: ANSWER_MS },
  )
  for (const user of APPROVERS.slice(0, gate.count)) {
    await control.click({ user, channel: CHANNEL, message_ts: card.ts, button: 'Review and approve' })
    await control.until(seen => seen.views({ user }).find(view => view.submit === 'Approve'), {
      what: 'the dialog with the plan',
      timeoutMs: ANSWER_MS,
    })
    await control.submit({ user, values: gate.confirm ? { confirm: gate.confirm } : {} })
  }
}

/** Waits until the conversation has caught up, shows the transcript and a look at the cluster that does not go through ha-bot. */
async function ended(stage: Stage, state: RunState, say: (text: string) => void): Promise<number> {
  if (!state.finished) {
    const why = state.problems[0]?.message ?? ''
    await stage.workspace.control.until(
      seen => seen.messages({ channel: CHANNEL, user: REQUESTER }).some(message => message.said.includes(why)),
      { what: 'the refusal', timeoutMs: ANSWER_MS },
    )
    return REFUSED
  }
  if (state.plan?.runbook.risk === 'read') {
    await stage.workspace.control.until(
      seen => seen.messages({ channel: CHANNEL }).some(message => message.bot && !message.ephemeral),
      { what: 'the answer', timeoutMs: ANSWER_MS },
    )
    return exitCode(state.finished.outcome)
  }
  const posted = await stage.workspace.control.until(
    seen => seen.messages({ channel: CHANNEL }).find(message => message.files.length > 0),
    { what: 'the transcript', timeoutMs: ANSWER_MS },
  )
  const file = stage.workspace.control.files().find(one => one.id === posted.files[0]?.id)
  if (!file) throw new Error('the transcript was posted and is gone')
  say(`\n${'─'.repeat(20)} ${file.name} ${'─'.repeat(20)}\n${file.text.trimEnd()}`)
  await sayTruth(stage, state, say)
  return exitCode(state.finished.outcome)
}

async function sayTruth({ world }: Stage, state: RunState, say: (text: string) => void): Promise<void> {
  const group = String(state.plan?.inputs['group'] ?? '')
  const [first] = world.nodes
  if (!/^[\w.-]+$/.test(group) || !first) return
  const asked = world.truth ? world.nodes : [first]
  const script = world.truth?.(group) ?? `crm_resource --locate --resource ${group}`
  const answers = asked.map(async ({ name }) => {
    const { stdout, stderr } = await world.inspect(name, script)
    return `${name}: ${stdout.trimEnd() || stderr.trimEnd()}`
  })
  say(`\nThe cluster itself, asked past ha-bot:\n${(await Promise.all(answers)).join('\n')}`)
}

/** Prints what people in the channel see, as it appears: new messages whole, of edited ones what is new. Returns the end of it. */
function tellConversation({ workspace }: Stage, say: (text: string) => void): () => void {
  const told = new Map<string, { revision: number; lines: ReadonlySet<string> }>()
  const end = new AbortController()
  const look = () => {
    for (const message of workspace.control.messages({ channel: CHANNEL })) {
      const before = told.get(message.ts)
      if (before?.revision === message.revision) continue
      const lines = linesOf(message)
      told.set(message.ts, { revision: message.revision, lines: new Set(lines) })
      const fresh = before ? lines.filter(line => !before.lines.has(line)) : lines
      if (fresh.length > 0)
        say(`\n${headingOf(message, before !== undefined)}\n${fresh.map(line => `    ${line}`).join('\n')}`)
    }
    return end.signal.aborted
  }
  workspace.control
    .until(look, { what: 'the end of the conversation', timeoutMs: RUN_MS, signal: end.signal })
    .catch(() => undefined)
  return () => {
    look()
    end.abort()
  }
}

type Message = ReturnType<Stage['workspace']['control']['messages']>[number]

function headingOf(message: Message, again: boolean): string {
  const thread = message.thread_ts && message.thread_ts !== message.ts ? ' in the thread' : ''
  return `${message.name}${thread}${message.ephemeral ? ' privately' : ''}${again ? ', the same card now' : ''}:`
}

/** What stands in a message, its buttons last; the words on a button are told once. */
function linesOf(message: Message): string[] {
  const buttons = message.buttons.map(button => button.text)
  const said = message.said.split('\n').filter(line => line.trim() !== '' && !buttons.includes(line))
  const files = message.files.map(file => `📄 ${file.name}`)
  return [...said, ...(buttons.length > 0 ? [buttons.map(text => `[ ${text} ]`).join('  ')] : []), ...files]
}
