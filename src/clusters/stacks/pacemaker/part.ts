import type { Member } from '../../status.ts'

/** A resource as crm_mon shows one instance of it, before instances of one name are put together. */
export interface Part extends Member {
  readonly wanted: boolean
}
