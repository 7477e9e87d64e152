/** Kept of each stream for `expect` and the next expressions; the whole goes to the archive. */
export const KEEP_BYTES = 256 * 1024
