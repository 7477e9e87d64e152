import { bad, good, type Result } from '../problem.ts'
import { fillCommand } from './fill-command.ts'
import type { PlannedUndo } from './plan.ts'
import { type Planning, planValue } from './planning.ts'
import type { InputValue, Step } from './schema.ts'
import { assembleScript } from './script.ts'

type Undo = NonNullable<Extract<Step, { kind: 'run' }>['undo']>

/** What would take a change back, with the values of now: a script for the same hosts, or another runbook's command. */
export function planUndo(
  undo: Undo,
  hosts: readonly string[],
  values: Readonly<Record<string, InputValue>>,
  planning: Planning,
  step: string,
): Result<PlannedUndo> {
  if (typeof undo === 'string') {
    return good({
      kind: 'script',
      hosts: [...hosts],
      source: undo,
      script: assembleScript(undo, values),
      values: { ...values },
    })
  }
  const pattern = planning.request.commandOf(undo.use)
  if (pattern === undefined)
    return bad({
      code: 'unknown-runbook',
      message: `Step "${step}" is undone by ${undo.use}, which is not in the library.`,
    })
  const inputs: Record<string, InputValue> = {}
  for (const [name, source] of Object.entries(undo.with ?? {})) {
    const value = planValue(source, 'value', planning, step)
    if (!value.ok) return value
    inputs[name] = value.value
  }
  return good({
    kind: 'runbook',
    runbook: undo.use,
    command: `${fillCommand(pattern, inputs)} on ${planning.request.cluster.name}`,
    inputs,
  })
}
