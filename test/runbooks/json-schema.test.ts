import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { renderJsonSchema } from '../../src/runbooks/json-schema.ts'

const Steps = z.object({
  items: z.object({
    anyOf: z.array(z.looseObject({ required: z.array(z.string()), additionalProperties: z.literal(false) })),
  }),
})
const Shape = z.object({
  required: z.array(z.string()),
  additionalProperties: z.literal(false),
  properties: z.object({ timeout: z.object({ type: z.literal('string') }), steps: Steps }),
})
const Rolling = z.object({ properties: z.object({ steps: Steps }) })

describe('the schema for editors', () => {
  it('is the one in schema/runbook.schema.json; `ha runbooks schema` writes it', () => {
    expect(readFileSync('schema/runbook.schema.json', 'utf8')).toBe(renderJsonSchema())
  })

  it('knows every kind of step by its key, refuses other keys, and takes durations as text', () => {
    const schema = Shape.parse(JSON.parse(renderJsonSchema()))
    expect(schema.required).toContain('steps')
    const kinds = schema.properties.steps.items.anyOf.map(step => step.required.join(' and '))
    expect(kinds).toEqual([
      'run',
      'check',
      'wait',
      'pause',
      'copy',
      'compare',
      'use',
      'approve',
      'probe',
      'measure',
      'rolling and steps',
    ])
  })

  it('knows the steps inside a rolling as well, which are neither approvals nor rollings, and measure nothing', () => {
    const schema = Shape.parse(JSON.parse(renderJsonSchema()))
    const rolling = Rolling.parse(schema.properties.steps.items.anyOf.at(-1))
    expect(rolling.properties.steps.items.anyOf.map(step => step.required[0])).toEqual([
      'run',
      'check',
      'wait',
      'pause',
      'copy',
      'compare',
      'use',
    ])
  })
})
