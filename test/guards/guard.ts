/** One text of the product that is replaced by another. */
export interface Change {
  readonly file: string
  /** Must occur exactly once in the file. */
  readonly find: string
  readonly replace: string
}

/** Something in the product that keeps a promise. Taken out, the test named here must go red: that is what `npm run guards` shows. */
export interface Guard extends Change {
  readonly id: string
  /** What would happen without it, in words. */
  readonly without: string
  /** Where the same promise is kept a second time: both are taken out, since one of them would do. */
  readonly also?: readonly Change[]
  /** The test file that must notice. */
  readonly test: string
  /** The test in it that must notice, by its full name or a part of that; nothing else is run. */
  readonly title: string
}

/**
 * How it went: `red` is what is wanted. `green`: nobody noticed. `broken`: it proves nothing, because the test was red before, is not there,
 * or failed over something else than what it asks. `not-found`: the guard is no longer where it was.
 */
export interface Trial {
  readonly guard: Guard
  readonly verdict: 'red' | 'green' | 'broken' | 'not-found'
  /** Of a red one the test that failed and how; else what is wrong. */
  readonly noticed: string
  readonly seconds: number
}
