import type { Answer } from '../stack.ts'

/** What crmadmin said about the designated controller: its node, and the state of its machine such as `S_IDLE`; "" when it did not. */
export interface Controller {
  readonly dc: string
  readonly state: string
}

const STATE = /^(?:Controller on (\S+) in state (S_\w+): ok|Status of crmd@(\S+): (S_\w+) \(ok\))\s*$/m

/** Both the spelling of Pacemaker 2 and that of 1.1, which also printed it to stderr (ha-stacks.md §8). */
export function controllerSaid(answer: Answer | undefined): Controller {
  const said = answer && !answer.truncated ? answer.stdout : ''
  const named = /^Designated Controller is: (\S+)/m.exec(said)?.[1] ?? ''
  const [, newer, newState, older, oldState] = STATE.exec(said) ?? []
  // "Designated Controller is: not yet elected"
  return { dc: newer ?? older ?? (named === 'not' ? '' : named), state: newState ?? oldState ?? '' }
}
