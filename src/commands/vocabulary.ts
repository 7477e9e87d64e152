import type { Inventory } from '../clusters/inventory.ts'
import type { Library } from '../runbooks/library.ts'

/** What words can mean here: the commands of the runbooks, and the names of the clusters. */
export interface Vocabulary {
  readonly library: Library
  readonly inventory: Inventory
}
