import * as z from 'zod'

const times = z.int().min(1).max(10_000).default(1)
const method = z.string().min(1)

/** What can be made to go wrong. `method` is a Web API method, e.g. `chat.update`; `n` is how many times. */
export const Fault = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('drop_next_ack'), n: times }),
  z.strictObject({
    type: z.literal('delay'),
    ms: z.int().min(0),
    what: z.enum(['api', 'ack', 'envelope']).default('api'),
    method: method.optional(),
    n: times,
  }),
  z.strictObject({ type: z.literal('duplicate'), n: times }),
  z.strictObject({
    type: z.literal('disconnect'),
    reason: z.enum(['warning', 'refresh_requested', 'link_disabled', 'cut']),
    socket: z.int().optional(),
  }),
  z.strictObject({ type: z.literal('http_429'), method, n: times, retryAfter: z.int().min(0).default(1) }),
  z.strictObject({ type: z.literal('http_503'), method: method.optional(), n: times }),
  z.strictObject({ type: z.literal('fail'), method, error: z.string(), n: times }),
  z.strictObject({ type: z.literal('lose_response'), method, n: times }),
  z.strictObject({ type: z.literal('trigger_ttl'), ms: z.int().min(0) }),
  z.strictObject({
    type: z.literal('edits_fail'),
    ts: z.string().optional(),
    error: z.string().default('edit_window_closed'),
    n: times,
  }),
  z.strictObject({ type: z.literal('invalid_block'), block: z.string() }),
  z.strictObject({ type: z.literal('rate_limits'), on: z.boolean() }),
  z.strictObject({ type: z.literal('clear') }),
])
export type Fault = z.infer<typeof Fault>
/** As a caller writes it: what has a default may be left out. */
export type FaultInput = z.input<typeof Fault>
type FaultOf<T extends Fault['type']> = Extract<Fault, { type: T }>

export interface Faults {
  add(fault: Fault): void
  /** The first fault of this type that `fits`, counting it down; undefined when there is none. */
  take<T extends Fault['type']>(type: T, fits?: (fault: FaultOf<T>) => boolean): FaultOf<T> | undefined
  /** The newest fault of this type, which stays. */
  standing<T extends Fault['type']>(type: T): FaultOf<T> | undefined
  /** Every standing fault of this type. */
  all<T extends Fault['type']>(type: T): FaultOf<T>[]
  list(): readonly Fault[]
  clear(): void
}

/** `changed` is told of every fault that is added, used or cleared. */
export function createFaults(changed: () => void): Faults {
  let active: { fault: Fault; left: number }[] = []

  function all<T extends Fault['type']>(type: T): FaultOf<T>[] {
    return active.map(entry => entry.fault).filter((fault): fault is FaultOf<T> => fault.type === type)
  }

  return {
    add(fault) {
      active.push({ fault, left: 'n' in fault ? fault.n : 1 })
      changed()
    },
    take(type, fits = () => true) {
      const found = all(type).find(fits)
      const entry = active.find(candidate => candidate.fault === found)
      if (entry) entry.left -= 1
      active = active.filter(candidate => candidate.left > 0)
      if (found) changed()
      return found
    },
    standing: type => all(type).at(-1),
    all,
    list: () => active.map(entry => entry.fault),
    clear() {
      active = []
      changed()
    },
  }
}
