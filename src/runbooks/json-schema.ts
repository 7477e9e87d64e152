import { z } from 'zod'
import { RunbookHead, STEP_SCHEMAS } from './schema.ts'

/** The schema that editors complete and check runbooks with, as text for `schema/runbook.schema.json`; derived from schema.ts alone. */
export function renderJsonSchema(): string {
  const head = asJsonSchema(RunbookHead)
  const { approve, probe, measure, rolling, ...inner } = STEP_SCHEMAS
  const rollingSchema = asJsonSchema(rolling)
  const innerSteps = Object.values(inner).map(asJsonSchema)
  const steps = [
    ...innerSteps,
    ...[approve, probe, measure].map(asJsonSchema),
    { ...rollingSchema, properties: { ...rollingSchema.properties, steps: listOf(innerSteps) } },
  ]
  const properties = { ...head.properties, steps: listOf(steps) }
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'A runbook of ha-bot',
    ...head,
    properties,
    required: [...(head.required ?? []), 'steps'],
  }
  return `${JSON.stringify(schema, null, 2)}\n`
}

function listOf(steps: readonly unknown[]) {
  return { type: 'array', minItems: 1, items: { anyOf: steps } }
}

/** Draft 7 is what editors' YAML support reads best. `input`: as it is written in the file, durations as text. */
function asJsonSchema(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' })
  return rest
}
