/** What is looked for, and what it means. */
export interface Pattern {
  readonly bytes: Buffer
  /** A value: what stands in its place, exactly as many bytes. */
  readonly mask?: Buffer
  /** The beginning of something that is known by its shape. */
  readonly opens?: Shape
  /** Its end. */
  readonly closes?: Shape
}

/** A secret that nobody told us is known by how it begins: what follows is masked as long as it looks like a part of it. */
export interface Shape {
  readonly mask: Buffer
  /** By byte: `NOT_IN`, `IN`, or `BETWEEN`, which is a part of it only if it goes on behind that. */
  readonly alphabet: Uint8Array
  /** With fewer bytes behind its beginning it is none. */
  readonly atLeast: number
  readonly atMost: number
}

export const NOT_IN = 0
export const IN = 1
export const BETWEEN = 2
