import type { Inventory } from '../clusters/inventory.ts'
import type { ClusterPolicy } from '../policy/access.ts'
import type { Directory } from '../policy/people.ts'
import type { Library } from '../runbooks/library.ts'
import type { Journal } from '../runs/journal.ts'
import type { Leases } from '../runs/leases.ts'

/** What the desk works with. */
export interface DeskParts {
  readonly journal: Journal
  readonly leases: Leases
  readonly library: Library
  readonly inventory: Inventory
  readonly directory: Directory
  readonly policies: Readonly<Record<string, ClusterPolicy>>
  /** Nudges the workers: this leg of this run is wanted. A nudge that is lost is made up for by reconcile. */
  readonly nudge: (run: string, leg: number) => Promise<void>
  /** Author of what is journalled here: `bot@host`, `cli@host`. */
  readonly by: string
  readonly now: () => number
}
