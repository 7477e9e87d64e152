import type { Element } from '../../xml/element.ts'

/** What Pacemaker's tools make of a CIB before they show or schedule anything. Everything below is read from the CIB alone. */
export interface Picture {
  readonly cib: Element
  readonly options: Options
  readonly quorate: boolean
  /** Name of the designated controller, or "". */
  readonly dc: string
  readonly nodes: readonly PictureNode[]
  /** Top-level resources in the order of the configuration. */
  readonly resources: readonly Top[]
  readonly locations: readonly Location[]
  readonly failures: readonly Operation[]
}

export interface Options {
  readonly stonithEnabled: boolean
  readonly noQuorumPolicy: string
  readonly maintenance: boolean
  readonly symmetric: boolean
  readonly stopAll: boolean
  readonly stack: string
  readonly version: string
}

export interface PictureNode {
  readonly id: string
  readonly name: string
  readonly online: boolean
  readonly standby: boolean
  readonly maintenance: boolean
  readonly pending: boolean
  readonly unclean: boolean
  readonly shutdown: boolean
  readonly expectedUp: boolean
  readonly dc: boolean
  /** "" when the node has not said it. */
  readonly featureSet: string
  /** Why it must be fenced; "" when it need not. */
  readonly fenceReason: string
  /** Fail counts by resource, all operations together. */
  readonly failCounts: Readonly<Record<string, number>>
  /** Time of the last failure by resource, in seconds since the epoch. */
  readonly lastFailures: Readonly<Record<string, number>>
}

export interface Top {
  readonly id: string
  readonly kind: 'group' | 'primitive'
  readonly managed: boolean
  readonly disabled: boolean
  readonly members: readonly Member[]
}

export interface Member {
  readonly id: string
  /** Top-level resource: the group, or the primitive itself. */
  readonly top: string
  readonly agent: string
  readonly stickiness: number
  readonly managed: boolean
  readonly disabled: boolean
  readonly parameters: Readonly<Record<string, string>>
  readonly monitors: readonly Monitor[]
  /** Where it is active, in the order of the nodes. */
  readonly active: readonly Active[]
  /** Newest operations by node, whatever their result. */
  readonly history: Readonly<Record<string, readonly Operation[]>>
}

export interface Monitor {
  readonly intervalMs: number
  readonly timeoutMs: number
}

export interface Active {
  readonly node: string
  readonly failed: boolean
  /** Its stop failed and nobody may fence: Pacemaker leaves it alone. */
  readonly blocked: boolean
  /** What is under way there. */
  readonly pending: '' | 'start' | 'stop'
}

/** One `lrm_rsc_op`. */
export interface Operation {
  readonly resource: string
  readonly node: string
  readonly key: string
  readonly task: string
  readonly intervalMs: number
  readonly callId: number
  readonly rc: number
  readonly expectedRc: number
  /** 0 complete, 2 timed out, 4 error, -1 pending. */
  readonly opStatus: number
  readonly reason: string
  /** Seconds since the epoch; 0 when it is not recorded. */
  readonly changedAt: number
  readonly execMs: string
  readonly queueMs: string
}

export interface Location {
  readonly id: string
  readonly resource: string
  readonly node: string
  readonly score: number
}
