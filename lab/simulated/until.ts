export interface UntilOptions {
  /** Real ms. */
  readonly timeoutMs: number
  /** What is waited for, for the message when it does not come: "server2 on node5". */
  readonly what: string
}

/** A model that tells of its changes. */
export interface Watched<State> {
  readonly watchers: Set<() => void>
  readonly state: () => State
  /** What the message says of a state that is not the one waited for; all of it as JSON unless given. */
  readonly describe?: (state: State) => string
}

/** Looks again at every change of a model. Rejects after the limit, and says what was waited for. */
export function until<State>(
  { watchers, state, describe = each => JSON.stringify(each) }: Watched<State>,
  condition: (state: State) => boolean,
  { what, timeoutMs }: UntilOptions,
): Promise<State> {
  return new Promise((resolve, reject) => {
    const end = () => {
      watchers.delete(look)
      clearTimeout(limit)
    }
    const look = () => {
      const seen = state()
      if (!condition(seen)) return
      end()
      resolve(seen)
    }
    const limit = setTimeout(() => {
      end()
      reject(new Error(`${what}: not so after ${timeoutMs} ms (${describe(state())})`))
    }, timeoutMs)
    watchers.add(look)
    look()
  })
}
