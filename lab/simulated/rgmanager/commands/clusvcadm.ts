import { refusal, reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { ANSWER, type AnswerCode, relocate, startService, stopService } from '../engine/services.ts'
import { announce, isQuorate, type Live, type LiveService, move, nodeOf, runners, STATE, serviceOf } from '../live.ts'
import { wordAfter } from './tool.ts'

/** What clusvcadm makes of an answer (ha-stacks.md §7) [S]. */
const WORDS: Readonly<Record<AnswerCode, string>> = {
  [ANSWER.success]: 'Success',
  [ANSWER.failure]: 'Failure',
  [ANSWER.aborted]: 'Aborted; service failed',
  [ANSWER.noService]: 'Service does not exist',
  [ANSWER.again]: 'Temporary failure; try again',
  [ANSWER.invalid]: 'Invalid operation for resource',
  [ANSWER.quorum]: 'Operation requires quorum',
  [ANSWER.frozen]: 'Failure: Service is frozen',
  [ANSWER.fencing]: 'Fencing operation pending; try again later',
  [ANSWER.originalOwner]: 'Failed; service running on original owner',
}

interface Request {
  readonly live: Live
  readonly node: string
  readonly service: LiveService
  readonly target: string
}

interface Action {
  /** What is printed before the answer. The words of relocation are [S], those of the others [U]. */
  readonly says: (request: Request) => string
  readonly does: (request: Request) => AnswerCode | Promise<AnswerCode>
  /** Afterwards it says where the service runs. */
  readonly tells: boolean
}

const ACTIONS: Readonly<Record<string, Action>> = {
  '-r': { says: relocating, does: doRelocate, tells: true },
  '-M': { says: relocating, does: doRelocate, tells: true },
  '-e': { says: local('trying to enable'), does: doEnable, tells: true },
  '-d': { says: local('disabling'), does: doDisable, tells: false },
  '-Z': { says: local('freezing'), does: request => freeze(request, true), tells: false },
  '-U': { says: local('unfreezing'), does: request => freeze(request, false), tells: false },
}

/** `clusvcadm -r|-M|-e|-d|-Z|-U SERVICE [-m NODE]` and `-S`. Blocks until it is finished; there is no time limit [S]. */
export async function clusvcadm(call: ToolCall, live: Live): Promise<ToolReply> {
  const { args, node } = call
  if (!nodeOf(live, node).cman) return reply('Could not connect to cluster service\n', 1)
  if (!nodeOf(live, node).rgmanager) return refusal(1, 'Could not connect to resource group manager')
  if (args.includes('-S')) return reply('Resource groups unlocked\n')
  const option = Object.keys(ACTIONS).find(each => args.includes(each))
  const action = option === undefined ? undefined : ACTIONS[option]
  if (option === undefined || !action) return reply('usage: clusvcadm [command]\n', 1)
  const { target, complaint } = member(live, args)
  if (args.includes('-m') && target === '') return reply(complaint, 1)
  const name = fullName(live, wordAfter(args, option))
  const service = serviceOf(live, name)
  if (!service) return answered(`${complaint}Trying to act on ${name}`, ANSWER.noService)
  const request = { live, node, service, target }
  const said = `${complaint}${action.says(request)}`
  if (!isQuorate(live, node)) return answered(said, ANSWER.quorum)
  const code = await action.does(request)
  const done = answered(said, code)
  if (code !== ANSWER.success || !action.tells) return done
  const warning = target !== '' && service.owner !== target ? 'Warning: ' : ''
  return { ...done, stdout: `${done.stdout}${warning}${name} is now running on ${service.owner}\n` }
}

function answered(said: string, code: AnswerCode): ToolReply {
  return reply(`${said}...${WORDS[code]}\n`, code)
}

function fullName(live: Live, name: string): string {
  return serviceOf(live, name) ? name : `service:${name.replace(/^service:/, '')}`
}

/** A node that is not known is replaced by the one whose name begins alike, longest match first, and nobody asks [S]. */
function member(live: Live, args: readonly string[]): { readonly target: string; readonly complaint: string } {
  const wanted = wordAfter(args, '-m')
  if (wanted === '' || live.nodes.some(node => node.name === wanted)) return { target: wanted, complaint: '' }
  const alike = (name: string) => [...name].findIndex((letter, index) => letter !== wanted[index])
  const [closest] = live.nodes
    .map(node => node.name)
    .sort((a, b) => (alike(b) < 0 ? b.length : alike(b)) - (alike(a) < 0 ? a.length : alike(a)))
  const complaint = `'${wanted}' not in membership list\n`
  if (closest === undefined || alike(closest) === 0) return { target: '', complaint }
  return { target: closest, complaint: `${complaint}Closest match: '${closest}'\n` }
}

function relocating({ service, target }: Request): string {
  return `Trying to relocate ${service.layout.fullName}${target === '' ? '' : ` to ${target}`}`
}

function local(words: string): Action['says'] {
  return ({ service }) => `Local machine ${words} ${service.layout.fullName}`
}

async function doRelocate({ live, service, target }: Request): Promise<AnswerCode> {
  if (service.frozen) return ANSWER.frozen
  if (live.victims.size > 0) return ANSWER.fencing
  if (service.state === STATE.disabled) return ANSWER.invalid
  if (service.state === STATE.failed) return ANSWER.failure
  if (service.state !== STATE.started) return ANSWER.again
  return await relocate(live, service, target)
}

async function doEnable({ live, node, service, target }: Request): Promise<AnswerCode> {
  if (service.frozen) return ANSWER.frozen
  if (live.victims.size > 0) return ANSWER.fencing
  if (service.state === STATE.failed) return ANSWER.failure
  if (service.state === STATE.started) return ANSWER.success
  const place = target === '' ? node : target
  const [first, ...others] = [place, ...runners(live).map(each => each.name)].filter(
    (name, index, all) => all.indexOf(name) === index && runners(live).some(each => each.name === name),
  )
  for (const name of first === undefined ? [] : [first, ...others])
    if (await startService(live, service, name)) return ANSWER.success
  move(live, service, STATE.stopped, '')
  return ANSWER.failure
}

async function doDisable({ live, service }: Request): Promise<AnswerCode> {
  if (service.frozen) return ANSWER.frozen
  if (service.owner !== '' && !(await stopService(live, service))) return ANSWER.aborted
  move(live, service, STATE.disabled, '')
  return ANSWER.success
}

function freeze({ live, service }: Request, frozen: boolean): AnswerCode {
  service.frozen = frozen
  announce(live)
  return ANSWER.success
}
