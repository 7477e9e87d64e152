import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startSimulatedWorld } from '../../lab/simulated/world.ts'
import { sq } from '../../src/runbooks/script.ts'

/** When a command began on a node, by the node's own clock, in ms since 1970. */
export interface Stamp {
  readonly atMs: number
  readonly command: string
}

export interface NodeTools {
  /** Folder for the PATH of the nodes. */
  readonly bin: string
  /** What began of `crm_mon` since the last `forget`, oldest first: the first question of a status, and the step's command. */
  stamps(): Promise<readonly Stamp[]>
  forget(): Promise<void>
}

/** The first command of the status runbook's first step. */
export const FIRST_STEP_COMMAND = 'crm_mon -1 -r'

/** Everything that reading a status and that step ask Pacemaker. */
const COMMANDS = [
  'crm_mon -1 --output-as=xml',
  FIRST_STEP_COMMAND,
  'cibadmin -Q -l',
  'cibadmin -Q -l -o configuration',
  'crmadmin -t 4s -D',
] as const
const DIGEST = 'cibadmin --md5-sum -p'

/**
 * The cluster's commands for nodes that have no cluster: they print what the simulated cluster once answered, so that what is measured is
 * ours, and not how long a cluster thinks.
 */
export async function recordNodeTools(folder: string): Promise<NodeTools> {
  const answers = join(folder, 'answers')
  const bin = join(folder, 'bin')
  const log = join(folder, 'stamps')
  for (const each of [answers, bin]) await mkdir(each, { recursive: true })
  const recorded = await record(join(folder, 'world'))
  for (const [command, answer] of recorded) await writeFile(join(answers, command), answer)
  await writeFile(join(bin, '.tool'), toolScript(answers, log))
  await chmod(join(bin, '.tool'), 0o755)
  const tools = new Set([...recorded.keys()].map(command => command.slice(0, command.indexOf(' '))))
  for (const tool of tools) await symlink('.tool', join(bin, tool))
  return {
    bin,
    stamps: async () => stampsIn(await readFile(log, 'utf8')),
    forget: () => writeFile(log, ''),
  }
}

async function record(folder: string): Promise<Map<string, string>> {
  const world = await startSimulatedWorld({ name: 'pvfs-pacemaker', folder })
  const ask = async (script: string) => {
    const { exitCode, stdout } = await world.inspect('node1', script)
    if (exitCode !== 0) throw new Error(`the simulated cluster ended "${script}" with ${exitCode}`)
    return stdout
  }
  try {
    const answers = new Map<string, string>()
    for (const command of COMMANDS) answers.set(command, await ask(command))
    answers.set(DIGEST, await ask(`cibadmin -Q -l -o configuration | ${DIGEST}`))
    const dc = /is: (\S+)/.exec(answers.get('crmadmin -t 4s -D') ?? '')?.[1]
    const state = `crmadmin -t 4s -S ${dc}`
    return answers.set(state, await ask(`${state} 2>&1`))
  } finally {
    await world.close()
  }
}

function toolScript(answers: string, log: string): string {
  return `#!/bin/sh
command="\${0##*/} $*"
case $command in crm_mon*) printf '%s %s\\n' "$(date +%s%N)" "$command" >>${sq(log)} ;; esac
[ "$command" = ${sq(DIGEST)} ] && cat >/dev/null
exec cat ${sq(answers)}/"$command"
`
}

function stampsIn(text: string): Stamp[] {
  const lines = text.split('\n').filter(Boolean)
  const stamps = lines.map(line => {
    const [nanoseconds = '', ...command] = line.split(' ')
    return { atMs: Number(nanoseconds) / 1e6, command: command.join(' ') }
  })
  return stamps.sort((a, b) => a.atMs - b.atMs)
}
