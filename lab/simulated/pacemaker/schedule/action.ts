/** One node of a transition graph. It may run when everything in `needs` is done. */
export interface Action {
  readonly kind: 'pseudo' | 'fence' | 'stop' | 'start' | 'monitor' | 'probe' | 'cancel'
  /** Resource, group or node that it is about. */
  readonly subject: string
  readonly node: string
  readonly intervalMs: number
  /** The node is being fenced: nothing has to be done there any more, the stop only counts as done. */
  readonly implied: boolean
  /** For `pseudo`: the name of the group's milestone, e.g. `server2_stop_0`. */
  readonly label: string
  readonly needs: Action[]
}

export function action(kind: Action['kind'], subject: string, node: string, more: Partial<Action> = {}): Action {
  return { kind, subject, node, intervalMs: 0, implied: false, label: '', needs: [], ...more }
}
