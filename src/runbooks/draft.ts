import type { YAMLMap } from 'yaml'
import type { z } from 'zod'
import type { Problem } from '../problem.ts'
import type { InputSpec, RunbookHead, StepKind } from './schema.ts'
import { type Complaint, problemAt } from './source-text.ts'
import type { Span } from './yaml-nodes.ts'
import type { YamlSource } from './yaml-source.ts'

/** One step while it is being read: what was written, and as much of its meaning as is certain. */
export interface DraftStep {
  readonly node: YAMLMap
  readonly id: string
  readonly kind: StepKind
  /** The `rolling` that it is an inner step of. */
  readonly within?: DraftStep
  /** As written, before the kind's schema was applied. */
  readonly raw: Readonly<Record<string, unknown>>
  /** What the schema made of it; absent when it refused it. */
  readonly fields?: Readonly<Record<string, unknown>>
}

/** A runbook while it is being read. Whatever could not be read is a problem already and is left out here. */
export interface Draft {
  readonly source: YamlSource
  readonly root: YAMLMap
  readonly head?: z.infer<typeof RunbookHead>
  /** The inputs that could be read. */
  readonly inputs: Readonly<Record<string, InputSpec>>
  /** Names of all inputs, readable or not. */
  readonly inputNames: readonly string[]
  /** All of them in reading order; the inner steps of a `rolling` follow it. */
  readonly steps: readonly DraftStep[]
}

export function problemIn(source: YamlSource, span: Span, complaint: Complaint): Problem {
  return problemAt(source, span.start, span.end, complaint)
}
