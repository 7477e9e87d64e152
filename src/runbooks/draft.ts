import type { YAMLMap } from 'yaml'
import type { z } from 'zod'
import type { Problem } from '../problem.ts'
import type { InputSpec, RunbookHead, STEP_SCHEMAS } from './schema.ts'
import { type Complaint, problemAt } from './source-text.ts'
import type { Span } from './yaml-nodes.ts'
import type { YamlSource } from './yaml-source.ts'

/** The kinds of step that are carried out. */
export type CarriedKind = keyof typeof STEP_SCHEMAS

/** One step while it is being read: what was written, and as much of its meaning as is certain. */
export interface DraftStep {
  readonly node: YAMLMap
  readonly id: string
  readonly kind: CarriedKind
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
  readonly steps: readonly DraftStep[]
}

export function problemIn(source: YamlSource, span: Span, complaint: Complaint): Problem {
  return problemAt(source, span.start, span.end, complaint)
}
