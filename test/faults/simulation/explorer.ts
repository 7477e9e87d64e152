/**
 * Every interleaving of the claim protocol (ssh-and-remote-execution.md §3.4) for a few workers and nodes: each of its steps is one move, and
 * every move that is possible is made in every state. What a node does is one atomic file operation a step; a process may die at any of them.
 */
export interface ProtocolFlaws {
  /** The fence is looked at before the claim is made. */
  readonly looksBeforeClaiming?: boolean
  /** The new owner looks at the claims before it raises the fence. */
  readonly listsBeforeFencing?: boolean
  /** Whether there is a claim is looked at in one step, and it is made in another. */
  readonly claimsInTwoSteps?: boolean
  /** Given up without a record on the node. */
  readonly leavesNoTombstone?: boolean
}

/** What one request does on its node, as far as it has come. */
interface Request {
  readonly kind: 'claim' | 'fence' | 'tombstone'
  readonly node: number
  readonly epoch: number
  /** The next step; -1 when it is over. */
  readonly step: number
  readonly isBlind: boolean
}

interface Node {
  readonly isClaimed: boolean
  readonly isTombstone: boolean
  readonly isRefused: boolean
  readonly started: number
  readonly startedEpoch: number
  readonly fence: number
}

interface State {
  readonly nodes: readonly Node[]
  readonly requests: readonly Request[]
  /** By node: what the new owner found once it had fenced it: -1 not looked yet, 0 nothing, 1 a claim. */
  readonly listed: readonly number[]
  /** By node: told for good that it never ran. */
  readonly givenUp: readonly boolean[]
  /** How many processes may still die. */
  readonly deaths: number
}

export interface Explored {
  readonly states: number
  readonly moves: number
  /** The first bad state, in words. */
  readonly bad: string | undefined
}

export interface Exploring {
  readonly nodes: number
  /** Claims of the old epoch on their way to each node, by how many workers (or a message that comes twice). */
  readonly claimers: number
  readonly deaths: number
  readonly flaws?: ProtocolFlaws
  readonly mostStates?: number
}

const OLD = 1
const NEW = 2

export function explore(exploring: Exploring): Explored {
  const { flaws = {}, mostStates = 5_000_000 } = exploring
  const first = begin(exploring)
  const seen = new Set([keyOf(first)])
  const open = [first]
  let moves = 0
  while (open.length > 0) {
    const state = open.pop()
    if (!state) break
    const bad = badness(state)
    if (bad) return { states: seen.size, moves, bad: `${bad}: ${keyOf(state)}` }
    for (const next of successors(state, flaws)) {
      moves += 1
      const key = keyOf(next)
      if (seen.has(key)) continue
      seen.add(key)
      open.push(next)
      if (seen.size > mostStates) throw new Error('too many states')
    }
  }
  return { states: seen.size, moves, bad: undefined }
}

function begin({ nodes, claimers, deaths }: Exploring): State {
  const node: Node = { isClaimed: false, isTombstone: false, isRefused: false, started: 0, startedEpoch: 0, fence: 0 }
  const all = [...Array(nodes).keys()]
  const request = (kind: Request['kind'], at: number, epoch: number): Request => ({
    kind,
    node: at,
    epoch,
    step: 0,
    isBlind: false,
  })
  return {
    nodes: all.map(() => node),
    requests: all.flatMap(at => [
      ...Array.from({ length: claimers }, () => request('claim', at, OLD)),
      request('fence', at, NEW),
      request('tombstone', at, NEW),
    ]),
    listed: all.map(() => -1),
    givenUp: all.map(() => false),
    deaths,
  }
}

function keyOf({ nodes, requests, listed, givenUp, deaths }: State): string {
  const node = nodes.map(
    one => `${+one.isClaimed}${+one.isTombstone}${+one.isRefused}${one.started}${one.startedEpoch}${one.fence}`,
  )
  // Requests of one kind to one node are alike.
  const request = requests.map(one => `${one.kind[0]}${one.node}${one.step}${+one.isBlind}`).sort()
  return `${node.join()}|${request.join('')}|${listed.join()}|${givenUp.map(Number).join('')}|${deaths}`
}

/** At most once; nothing told as never run has run; nothing of the old epoch starts that the new owner did not see. */
function badness({ nodes, listed, givenUp }: State): string | undefined {
  for (const [at, { started, startedEpoch }] of nodes.entries()) {
    if (started > 1) return `node ${at} started it twice`
    if (givenUp[at] && started > 0) return `node ${at} started what was given up`
    if (listed[at] === 0 && started > 0 && startedEpoch === OLD) return `node ${at} started it unseen by the new owner`
  }
  return undefined
}

function successors(state: State, flaws: ProtocolFlaws): State[] {
  const found: State[] = []
  for (const [index, request] of state.requests.entries()) {
    if (request.step < 0) continue
    found.push(advanced(state, index, request, flaws))
    if (state.deaths > 0)
      found.push({ ...withRequest(state, index, { ...request, step: -1 }), deaths: state.deaths - 1 })
  }
  return found
}

function advanced(state: State, index: number, request: Request, flaws: ProtocolFlaws): State {
  switch (request.kind) {
    case 'claim':
      return claimed(state, index, request, flaws)
    case 'fence':
      return fenced(state, index, request, flaws)
    case 'tombstone':
      return tombstoned(state, index, request, flaws)
  }
}

function withRequest(state: State, index: number, request: Request): State {
  return { ...state, requests: state.requests.map((one, i) => (i === index ? request : one)) }
}

function withNode(state: State, at: number, change: Partial<Node>): State {
  return { ...state, nodes: state.nodes.map((one, i) => (i === at ? { ...one, ...change } : one)) }
}

/** mkdir, look at the fence, start. `isBlind`: it believes to be the one who may. */
function claimed(state: State, index: number, request: Request, flaws: ProtocolFlaws): State {
  const node = state.nodes[request.node]
  if (!node) return state
  const over = { ...request, step: -1 }
  const next = { ...request, step: request.step + 1 }
  const isFenced = node.fence > request.epoch
  const isTaken = node.isClaimed || node.isTombstone
  const order = flaws.looksBeforeClaiming ? ['look', 'make', 'start'] : ['make', 'look', 'start']
  switch (order[request.step]) {
    case 'make': {
      if (flaws.claimsInTwoSteps && !request.isBlind)
        return withRequest(state, index, isTaken ? over : { ...request, isBlind: true })
      if (isTaken && !request.isBlind) return withRequest(state, index, over)
      return withRequest(withNode(state, request.node, { isClaimed: true }), index, { ...next, isBlind: false })
    }
    case 'look': {
      if (!isFenced) return withRequest(state, index, next)
      return withRequest(withNode(state, request.node, { isRefused: true }), index, over)
    }
    default:
      return withRequest(
        withNode(state, request.node, { started: node.started + 1, startedEpoch: request.epoch }),
        index,
        over,
      )
  }
}

/** Raise the fence, then look at what is claimed. */
function fenced(state: State, index: number, request: Request, flaws: ProtocolFlaws): State {
  const node = state.nodes[request.node]
  if (!node) return state
  const raises = (request.step === 0) !== (flaws.listsBeforeFencing === true)
  const after = withRequest(state, index, { ...request, step: request.step === 0 ? 1 : -1 })
  if (raises) return withNode(after, request.node, { fence: Math.max(node.fence, request.epoch) })
  const found = node.isClaimed ? 1 : 0
  return { ...after, listed: after.listed.map((one, i) => (i === request.node ? found : one)) }
}

/** mkdir with another content; told as given up only by the one who made it. */
function tombstoned(state: State, index: number, request: Request, flaws: ProtocolFlaws): State {
  const node = state.nodes[request.node]
  if (!node) return state
  const after = withRequest(state, index, { ...request, step: -1 })
  if (node.isClaimed || node.isTombstone) return after
  const givenUp = after.givenUp.map((one, i) => one || i === request.node)
  return { ...(flaws.leavesNoTombstone ? after : withNode(after, request.node, { isTombstone: true })), givenUp }
}
