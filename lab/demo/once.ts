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
    await stage.workspace.control.until(
      seen => seen.messages({ channel: CHANNEL, user: REQUESTER }).some(message => message.ephemeral),
      { what: 'the refusal', timeoutMs: ANSWER_MS },
    )
    return REFUSED
  }
  if (state.plan?.runbook.risk === 'read') {
    await stage.workspace.control.until(seen => seen.messages({ channel: CHANNEL }).some(message => message.bot), {
      what: 'the answer',
      timeoutMs: ANSWER_MS,
    })
    return exitCode(state.finished.outcome)
  }
  const file = await stage.workspace.control.until(
    seen => seen.files().find(one => one.name.includes(`-${state.number}.`)),
    { what: 'the transcript', timeoutMs: ANSWER_MS },
  )
  say(`\n${'─'.repeat(20)} ${file.name} ${'─'.repeat(20)}\n${file.text.trimEnd()}`)
  await sayTruth(stage, state, say)
  return exitCode(state.finished.outcome)
}

async function sayTruth({ world }: Stage, state: RunState, say: (text: string) => void): Promise<void> {
  const group = String(state.plan?.inputs['group'] ?? '')
  const [node] = world.nodes
  if (!group || !node) return
  const asked = await world.inspect(
    node.name,
    `crm_resource --locate --resource ${/^[\w.-]+$/.test(group) ? group : ''}`,
  )
  say(`\nThe cluster itself, asked on ${node.name} past ha-bot:\n${asked.stdout.trimEnd() || asked.stderr.trimEnd()}`)
}

/** Prints what people in the channel see, as it appears: new messages whole, edited ones again. Returns the end of it. */
function tellConversation({ workspace }: Stage, say: (text: string) => void): () => void {
  const told = new Map<string, number>()
  const end = new AbortController()
  const look = () => {
    for (const message of workspace.control.messages({ channel: CHANNEL })) {
      if (told.get(message.ts) === message.revision) continue
      const again = told.has(message.ts) ? ' (edited)' : ''
      told.set(message.ts, message.revision)
      const thread = message.thread_ts && message.thread_ts !== message.ts ? ' in the thread' : ''
      const only = message.ephemeral ? ' to Ana alone' : ''
      const buttons = message.buttons.map(button => `[ ${button.text} ]`).join('  ')
      say(
        `\n${message.name}${thread}${only}${again}:\n${indented([message.said, buttons, ...message.files.map(file => `📄 ${file.name}`)])}`,
      )
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

function indented(parts: readonly string[]): string {
  return parts
    .filter(Boolean)
    .flatMap(part => part.split('\n'))
    .map(line => `    ${line}`)
    .join('\n')
}
