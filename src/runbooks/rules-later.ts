import type { YAMLMap } from 'yaml'
import type { Problem } from '../problem.ts'
import { type Draft, problemIn } from './draft.ts'
import { keyNode, spanOf } from './yaml-nodes.ts'

/** Keys whose place is fixed but which nothing heeds yet, with what to do instead. */
const LATER_STEP_KEYS: Readonly<Record<string, string>> = {
  serial: 'A change goes to one host after the other; for several steps on each use rolling.',
  max_fail_percentage: 'Without it a step fails as soon as one host does.',
  always: 'Offer the way back as an undo.',
}
const LATER_HEAD_KEYS: Readonly<Record<string, string>> = {
  secrets: 'Let the script read the secret from a file on the node.',
}

/** To accept what nothing heeds would be to promise what does not happen. */
export function laterProblems(draft: Draft): readonly Problem[] {
  const inHead = laterKeys(draft, draft.root, LATER_HEAD_KEYS)
  return [
    ...inHead,
    ...draft.steps.flatMap(step => (step.kind === 'run' ? laterKeys(draft, step.node, LATER_STEP_KEYS) : [])),
    ...draft.steps.flatMap(step => laterReaction(draft, step.node)),
  ]
}

function laterKeys(draft: Draft, node: YAMLMap, keys: Readonly<Record<string, string>>): readonly Problem[] {
  return Object.entries(keys).flatMap(([key, next]) => {
    const found = keyNode(node, key)
    if (!found) return []
    const message = `"${key}" comes with a later version of ha-bot.`
    return [problemIn(draft.source, spanOf(found), { code: 'later-key', message, next })]
  })
}

/** What may follow a failure besides stopping (which offers the undo) and going on. */
const LATER_REACTIONS: readonly unknown[] = ['undo', 'ask']

function laterReaction(draft: Draft, node: YAMLMap): readonly Problem[] {
  const key = keyNode(node, 'on-failure')
  const wanted: unknown = node.get('on-failure')
  if (!key || !LATER_REACTIONS.includes(wanted)) return []
  const message = `on-failure: ${String(wanted)} comes with a later version of ha-bot.`
  const next = 'Leave it out: a failed step stops the run, and its undo is offered.'
  return [problemIn(draft.source, spanOf(key), { code: 'later-key', message, next })]
}
