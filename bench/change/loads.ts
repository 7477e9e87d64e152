/** A change, and what it is carried out with. */
export interface ChangeLoad {
  readonly name: string
  readonly script: string
}

export const CHANGES: readonly ChangeLoad[] = [
  { name: 'true', script: 'true' },
  { name: '200 ms', script: 'sleep 0.2' },
]
