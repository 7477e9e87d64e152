import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { renderJsonSchema } from '../../src/runbooks/json-schema.ts'

const Shape = z.object({
  required: z.array(z.string()),
  additionalProperties: z.literal(false),
  properties: z.object({
    timeout: z.object({ type: z.literal('string') }),
    steps: z.object({
      items: z.object({
        anyOf: z.array(z.object({ required: z.array(z.string()), additionalProperties: z.literal(false) })),
      }),
    }),
  }),
})

describe('the schema for editors', () => {
  it('is the one in schema/runbook.schema.json; `ha runbooks schema` writes it', () => {
    expect(readFileSync('schema/runbook.schema.json', 'utf8')).toBe(renderJsonSchema())
  })

  it('knows every kind of step by its key, refuses other keys, and takes durations as text', () => {
    const schema = Shape.parse(JSON.parse(renderJsonSchema()))
    expect(schema.required).toContain('steps')
    expect(schema.properties.steps.items.anyOf.flatMap(step => step.required)).toEqual([
      'run',
      'check',
      'wait',
      'approve',
      'pause',
    ])
  })
})
