import { bad, good, type Problem, type Result } from '../problem.ts'
import { parseDuration } from './duration.ts'
import { inputCelTypes } from './expression-types.ts'
import type { ClusterFunctions } from './expression-values.ts'
import { compileExpression } from './expressions.ts'
import type { InputRequest } from './input-request.ts'
import type { InputSpec, InputValue } from './schema.ts'

/**
 * Whether a default stands for itself: numbers, yes/no and durations always, a choice when it is one of the options. Everything
 * else is an expression, so that a default can follow from the cluster: `cluster.bestTarget(inputs.group)`.
 */
export function isLiteralDefault(spec: InputSpec): boolean {
  if (typeof spec.default !== 'string' || spec.type === 'duration') return true
  return spec.type === 'choice' && (spec.options ?? []).includes(spec.default)
}

/** The value of an input that was left out, with the reason where a function of the cluster gave one. */
export function defaultOf(
  request: InputRequest,
  name: string,
  spec: InputSpec,
  before: Readonly<Record<string, InputValue>>,
): Result<{ readonly value: InputValue; readonly because?: string }> {
  const given = spec.default ?? ''
  if (typeof given !== 'string') return good({ value: given })
  if (isLiteralDefault(spec)) return good({ value: spec.type === 'duration' ? (parseDuration(given) ?? 0) : given })
  const scope = {
    inputs: inputCelTypes(request.runbook.inputs),
    steps: [],
    moment: 'input' as const,
    inputsBefore: Object.keys(request.runbook.inputs).slice(0, Object.keys(request.runbook.inputs).indexOf(name)),
  }
  const compiled = compileExpression(given, scope, 'value')
  if (!compiled.ok) return compiled
  const heard: Heard = { problems: [], reasons: new Map() }
  const functions = listening(request.functions, heard)
  const value = compiled.value.evaluate({ inputs: before, status: request.status, functions })
  if (!value.ok) return bad(...(heard.problems.length > 0 ? heard.problems : [notFound(request, name, value.reason)]))
  const because = heard.reasons.get(value.value)
  return good({ value: value.value, ...(because === undefined ? {} : { because }) })
}

interface Heard {
  readonly problems: Problem[]
  readonly reasons: Map<InputValue, string>
}

/** An expression only passes values on; here the reasons and refusals of the functions are kept as well. */
function listening(functions: ClusterFunctions, heard: Heard): ClusterFunctions {
  return {
    ...functions,
    bestTarget(group) {
      const best = functions.bestTarget(group)
      if (best.ok) heard.reasons.set(best.value.node, best.value.why)
      else heard.problems.push(...best.problems)
      return best
    },
  }
}

function notFound(request: InputRequest, name: string, reason: string): Problem {
  const message = `${request.runbook.name} could not work out ${name}: ${reason}.`
  return { code: 'no-default', message, stillTrue: 'Nothing was run.', next: `Write: ${request.runbook.command}` }
}
