import type { Inventory } from '../clusters/inventory.ts'
import type { Library } from '../runbooks/library.ts'
import type { LoadedRunbook } from '../runbooks/schema.ts'
import { columns } from '../transcripts/columns.ts'
import { isOwnVerb, OWN_VERBS } from './own-verbs.ts'

/** What can be said, or one command in full. */
export function helpText(library: Library, inventory: Inventory, topic: string): string {
  if (isOwnVerb(topic)) return ownHelp(topic)
  const stacks = new Set(Object.values(inventory).map(cluster => cluster.stack))
  const runbooks = [...stacks].flatMap(stack => library.list(stack))
  const about = runbooks.filter(
    ({ runbook }) => topic !== '' && (runbook.name === topic || runbook.command.startsWith(topic)),
  )
  return about.length > 0 ? about.map(oneHelp).join('\n\n') : allHelp(runbooks, inventory)
}

function allHelp(runbooks: readonly LoadedRunbook[], inventory: Inventory): string {
  const rows = runbooks.map(({ runbook }) => [`/ha ${runbook.command}`, runbook.risk, runbook.summary])
  const own = Object.values(OWN_VERBS).map(({ usage, summary }) => [`/ha ${usage}`, '', summary])
  const clusters = Object.values(inventory).map(
    cluster => `${cluster.name} (${cluster.stack}: ${Object.keys(cluster.nodes).join(', ')})`,
  )
  return [
    ...columns([...rows, ...own]),
    '',
    `Any command takes "on <cluster>". Clusters: ${clusters.join('; ')}.`,
    'Whatever changes a cluster shows its plan first and waits until a second person approves it.',
  ].join('\n')
}

function ownHelp(verb: keyof typeof OWN_VERBS): string {
  const { usage, summary, more } = OWN_VERBS[verb]
  return [`/ha ${usage}`, `${summary}.`, more].filter(Boolean).join('\n')
}

function oneHelp({ runbook }: LoadedRunbook): string {
  const inputs = Object.entries(runbook.inputs).map(([name, spec]) => [
    `  <${name}>`,
    spec.description ?? spec.type,
    spec.default === undefined ? '' : `default: ${spec.default}`,
  ])
  const steps = runbook.steps.map(step => [
    `  ${step.kind}`,
    step.id,
    step.kind === 'approve' ? 'a second person agrees' : (step.name ?? ''),
  ])
  return [
    `/ha ${runbook.command}`,
    `${runbook.summary} (${runbook.risk}; ${runbook.stack}/${runbook.name} ${runbook.version})`,
    ...columns(inputs),
    'Steps:',
    ...columns(steps),
  ].join('\n')
}
