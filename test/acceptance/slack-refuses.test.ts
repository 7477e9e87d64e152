import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { eventually } from '../support/redis.ts'
import { fastWorld, stageFor } from '../support/stage.ts'
import { changes, lines, runsOn } from './cluster-log.ts'
import { runOnce } from './talking.ts'
import { ha } from './terminal.ts'

describe('while Slack refuses every call of the bot', () => {
  const stage = stageFor({ world: fastWorld })
  const env = () => ({ HA_CONFIG: stage().configFile, HOME: stage().folder })
  const as = (person: string) => ['--key', join(stage().folder, 'keys', person)]

  it('workers carry on: a failover is asked for, approved and carried out from terminals', async () => {
    const { control } = stage().workspace
    for (const method of ['chat.postMessage', 'chat.update', 'chat.postEphemeral', 'users.info', 'auth.test'])
      control.fault({ type: 'fail', method, error: 'invalid_auth', n: 10_000 })
    control.fault({ type: 'fail', method: 'apps.connections.open', error: 'invalid_auth', n: 10_000 })
    for (const socket of [1, 2]) control.fault({ type: 'disconnect', reason: 'link_disabled', socket })

    const asking = ha(['do', 'failover server2', ...as('ana')], env())
    await eventually(() => stage().core.journal.find(1), 30_000)
    const { state } = await runOnce(stage(), 1, record => record.state.phase === 'waiting', 'the gate')
    expect(state.gates).toHaveLength(1)
    const refused = () => control.log().some(entry => entry.kind === 'call' && entry.error === 'invalid_auth')
    await control.until(() => refused() || undefined, { what: 'Slack to refuse something', timeoutMs: 30_000 })
    expect(await ha(['approve', '1', ...as('bo')], env())).toMatchObject({ code: 0 })

    const { code, stdout, stderr } = await asking
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' })
    expect(lines(changes(stage().world))).toEqual([
      'node1: crm_resource --move --resource server2 --node node5',
      'node1: crm_resource --clear --resource server2',
    ])
    expect(await runsOn(stage().world, 'server2')).toBe('node5')
  }, 120_000)
})
