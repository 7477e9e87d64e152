import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Sshd, startSshd } from '../../support/sshd.ts'

/** The machines of a lane: one real sshd that stands for all nodes, and what is on its disk. */
export interface LaneNodes {
  readonly sshd: Sshd
  /** Every destructive step appends a line here, past ha-bot: `<tag> <step> <boot id> <ns>`. */
  readonly executions: string
  /** While a file of this name is in the folder, what asks for it waits: `sync`, `launch`, `digest`, `<tag>.<step>`. */
  readonly holds: string
  /** Ledger of ha-bot on the nodes of a cluster. */
  ledger(cluster: string): string
  /** What the kernel of the nodes would say of their boot; another one after a reboot. */
  readonly bootId: string
}

export const NODES = ['node1', 'node2', 'node3'] as const
/** A real cluster's answers, recorded: three nodes, all well. */
const STATUS = fileURLToPath(new URL('../../clusters/fixtures/pacemaker/calm', import.meta.url))

export async function startNodes(folder: string): Promise<LaneNodes> {
  const [bin, holds, ledgers] = ['bin', 'holds', 'ledgers'].map(name => join(folder, name)) as [string, string, string]
  for (const each of [bin, holds, ledgers]) await mkdir(each, { recursive: true })
  const bootId = join(folder, 'boot_id')
  const executions = join(folder, 'executions')
  await writeFile(bootId, `${crypto.randomUUID()}\n`)
  await writeFile(executions, '')
  const [status, cib] = [join(STATUS, 'crm_mon.xml'), join(STATUS, 'cib.xml')]
  const digest = (await readFile(join(STATUS, 'digest.txt'), 'utf8')).trim()
  await tool(bin, 'crm_mon', `cat '${status}'`)
  await tool(bin, 'cibadmin', `case $1 in --md5-sum) cat > /dev/null; echo ${digest} ;; *) cat '${cib}' ;; esac`)
  await tool(
    bin,
    'crmadmin',
    `case $* in *-D*) echo 'Designated Controller is: node1' ;; *) echo 'Controller on node1 in state S_IDLE: ok' ;; esac`,
  )
  for (const [name, hold, otherwise] of SLOWED) await tool(bin, name, `${waitsWhile(join(holds, hold))}\n${otherwise}`)
  const sshd = await startSshd({
    config: ['MaxSessions 20', 'MaxStartups 100', 'LoginGraceTime 20'],
    environment: { PATH: `${bin}:/usr/sbin:/usr/bin:/sbin:/bin`, HA_RUNNER_BOOT_ID_FILE: bootId },
  })
  return { sshd, executions, holds, bootId, ledger: cluster => join(ledgers, cluster) }
}

/**
 * Tools that the runner on a node uses between its steps: each can be made to take as long as the harness wants, so that an operation is
 * caught there. Nothing is really synced: no power is cut here, and disks are slow.
 */
const SLOWED = [
  ['sync', 'sync', 'exit 0'],
  ['setsid', 'launch', 'exec /usr/bin/setsid "$@"'],
  ['sha256sum', 'digest', 'exec /usr/bin/sha256sum "$@"'],
] as const

function waitsWhile(file: string): string {
  return `n=0; while [ -e '${file}' ] && [ $n -lt 1000 ]; do sleep 0.02; n=$((n + 1)); done`
}

async function tool(bin: string, name: string, script: string): Promise<void> {
  const file = join(bin, name)
  await writeFile(file, `#!/bin/sh\n${script}\n`)
  await chmod(file, 0o755)
}
