import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { nodeFiles } from '../../../../lab/simulated/files.ts'
import { type HeartbeatModel, heartbeatModel } from '../../../../lab/simulated/heartbeat/model.ts'
import type { ToolReply } from '../../../../lab/simulated/stack-model.ts'
import { handClock } from '../hand-clock.ts'

const CF = 'auto_failback off\nnode fred barney\n'

/** fred and barney with a group each, and time that passes when it is told to. */
export function fredAndBarney(cf = CF) {
  const folder = mkdtempSync(join(tmpdir(), 'heartbeat-model-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const clock = handClock()
  const power: string[] = []
  const model: HeartbeatModel = heartbeatModel(
    {
      nodes: ['fred', 'barney'],
      groups: [
        { prefers: 'fred', resources: ['192.168.1.100', 'smb'] },
        { prefers: 'barney', resources: ['evms_failover::dg1'] },
      ],
      links: ['eth0', 'ttyS0'],
      files: () => ({ '/etc/ha.d/ha.cf': cf }),
      scripts: ['/etc/ha.d/resource.d/evms_failover', '/etc/ha.d/resource.d/IPaddr', '/etc/init.d/smb'],
    },
    {
      clock,
      machines: {
        powerLost: node => void power.push(`${node} off`),
        powerRestored: node => void power.push(`${node} on`),
      },
      files: node => nodeFiles(join(folder, node)),
    },
  )
  const call = async (node: string, line: string, stdin = ''): Promise<ToolReply> => {
    const [tool = '', ...args] = line.split(' ')
    return await model.call({ node, tool, args, stdin, cibFile: '', cwd: '/' })
  }
  const says = async () => {
    const answers = await Promise.all(['fred', 'barney'].map(node => call(node, 'cl_status rscstatus')))
    return answers.map(({ stdout }) => stdout.trim() || '-').join('/')
  }
  return {
    model,
    clock,
    power,
    call,
    says,
    control: model.control,
    log: (node: string) => model.control.state()[node]?.log ?? [],
  }
}

export const STANDBY = '/usr/share/heartbeat/hb_standby'
export const TAKEOVER = '/usr/share/heartbeat/hb_takeover'
export const INIT = '/etc/init.d/heartbeat'
