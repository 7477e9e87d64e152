import { bad, good, type Result } from '../../../problem.ts'
import type { Answers, ReadingContext } from '../stack.ts'
import { cutOff } from '../xml.ts'

/** What the controller and the membership layer of one node say; "" or undefined where they did not. */
export interface Controller {
  readonly dc: string
  readonly state: string
  readonly quorate: boolean | undefined
}

/**
 * `ccm_tool` and `crmadmin` (ha-stacks.md §6). A cut-off word about the DC leaves the cluster unsettled; one about quorum refuses the reading,
 * because the CIB's own word for it may be older.
 */
export function controllerSaid(answers: Answers, context: ReadingContext): Result<Controller> {
  const answer = answers['controller']
  const said = answer && !answer.truncated ? answer.stdout : ''
  if (!/^-- quorum said --$/m.test(said)) return bad(cutOff(`ccm_tool's answer from ${context.node}`, 'its last line'))
  const quorum = /^quorum ([01])\s*$/m.exec(said)?.[1]
  return good({ ...namedIn(said), quorate: quorum === undefined ? undefined : quorum === '1' })
}

function namedIn(said: string): Pick<Controller, 'dc' | 'state'> {
  if (!/\n-- end --\n?$/.test(said)) return { dc: '', state: '' }
  const [, of = '', state = ''] = /^Status of crmd@(\S+): (S_\w+) \(ok\)\s*$/m.exec(said) ?? []
  const named = /^Designated Controller is: ([A-Za-z0-9]\S*)\s*$/m.exec(said)?.[1] ?? ''
  return { dc: of || named, state }
}
