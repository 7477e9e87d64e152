/** Something that will happen, unless it is cancelled first. */
export interface Due {
  cancel(): void
}

interface Item extends Due {
  readonly at: number
  readonly order: number
  act: (() => void) | undefined
}

/**
 * Virtual time. What is due happens in the order of its time, and what is due at the same time in the order it was asked for; between two
 * such events all promises that can settle have settled. No real time passes.
 */
export class Kernel {
  #now = 0
  #order = 0
  readonly #heap: Item[] = []

  /** ms since the beginning. */
  get now(): number {
    return this.#now
  }

  /** How many events there were so far. */
  get steps(): number {
    return this.#order
  }

  in(ms: number, act: () => void): Due {
    this.#order += 1
    const item: Item = {
      at: this.#now + Math.max(0, ms),
      order: this.#order,
      act,
      cancel: () => {
        item.act = undefined
      },
    }
    push(this.#heap, item)
    return item
  }

  sleep(ms: number): Promise<void> {
    return new Promise(resolve => this.in(ms, resolve))
  }

  /** Lets time pass until `until`; `isOver` is asked after every event and may end it earlier. */
  async run(until: number, isOver: () => boolean = () => false): Promise<void> {
    await settled()
    for (;;) {
      const next = this.#heap[0]
      if (!next || next.at > until || isOver()) break
      pop(this.#heap)
      if (!next.act) continue
      this.#now = next.at
      next.act()
      await settled()
    }
    if (!isOver()) this.#now = Math.max(this.#now, until)
  }
}

/** The event loop turns once when no promise is left that can go on. */
function settled(): Promise<void> {
  return new Promise(resolve => {
    setImmediate(resolve)
  })
}

function isBefore(a: Item, b: Item): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

function push(heap: Item[], item: Item): void {
  let at = heap.length
  heap.push(item)
  while (at > 0) {
    const above = (at - 1) >> 1
    const parent = heap[above]
    if (!parent || isBefore(parent, item)) break
    heap[at] = parent
    heap[above] = item
    at = above
  }
}

function pop(heap: Item[]): void {
  const last = heap.pop()
  if (!last || heap.length === 0) return
  let at = 0
  for (;;) {
    const left = 2 * at + 1
    const [one, other] = [heap[left], heap[left + 1]]
    if (!one) break
    const [child, where] = other && isBefore(other, one) ? [other, left + 1] : [one, left]
    if (isBefore(last, child)) break
    heap[at] = child
    at = where
  }
  heap[at] = last
}
