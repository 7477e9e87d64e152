import { canonicalJson } from '../canonical.ts'

/** What each kind of words commits its speaker to. `person` is a name from the configuration, `at` the signer's clock in ms. */
export interface AttestedFields {
  readonly request: {
    readonly run: string
    readonly person: string
    /** As typed. */
    readonly text: string
    readonly at: number
  }
  readonly decision: {
    readonly run: string
    readonly gate: string
    /** Digest of the plan that was shown. */
    readonly digest: string
    readonly decision: 'approve' | 'deny'
    readonly person: string
    /** The reason, as typed. */
    readonly text: string
    readonly at: number
  }
  readonly stop: Said
  readonly resume: Said
  readonly 'mark-done': Said & { readonly step: string }
  readonly 'take-over': Said
}

interface Said {
  readonly run: string
  readonly person: string
  /** The reason, as typed. */
  readonly text: string
  readonly at: number
}
export type AttestedKind = keyof AttestedFields

/** The exact text that is signed, and verified again by whoever acts on it: canonical JSON that names its own format and kind. */
export function attestedText<K extends AttestedKind>(kind: K, fields: AttestedFields[K]): string {
  return canonicalJson({ ...fields, format: 'ha-bot/attestation/1', kind })
}
