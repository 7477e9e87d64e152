type Closer = () => void | Promise<void>

/** Closers of what was opened: whoever opens a resource adds its closer on the next line. */
export class Lifecycle {
  readonly #closers: { readonly what: string; readonly close: Closer }[] = []
  #closing: Promise<void> | undefined

  add(what: string, close: Closer): void {
    this.#closers.push({ what, close })
  }

  /** Closes everything, last opened first, past failures; the first failure is thrown at the end. Safe to call twice. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll()
    return this.#closing
  }

  async #closeAll(): Promise<void> {
    const failures: unknown[] = []
    for (const { what, close } of this.#closers.reverse()) {
      try {
        await close()
      } catch (error) {
        failures.push(new Error(`closing ${what} failed`, { cause: error }))
      }
    }
    if (failures.length > 0) throw failures[0]
  }
}
