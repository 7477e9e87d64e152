import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { heartbeatCrmModel } from '../../lab/simulated/heartbeat-crm/model.ts'
import { PVFS, pvfsCib } from '../../lab/simulated/heartbeat-crm/pvfs.ts'
import { startHeartbeatCrmWorld } from '../../lab/simulated/heartbeat-crm/world.ts'
import { attribute, type Element, walk } from '../../lab/simulated/xml/element.ts'
import { formatXml } from '../../lab/simulated/xml/text.ts'
import { stageFor } from '../support/stage.ts'
import { allThatIsKept } from './all-that-is-kept.ts'
import { ANA, asked, BO, CY, cardWith, ended, open, repliesWith, type } from './talking.ts'

const TEST_MS = 180_000
/** Nobody tells ha-bot of these: they stand in the configuration of the cluster. */
const RUNS = 'fence-now-7Qd&2'
const COMES = 'fence-next-9Xk<4'
const IN_HA_CF = 'ha-cf-device-5Wz'
const CIB = '/var/lib/heartbeat/crm/cib.xml'

/** What is to be found nowhere: also not as XML or JSON write it. */
const FORBIDDEN = ['fence-now', 'fence-next', 'ha-cf-device']

function cib(password: string): Element {
  const whole = pvfsCib()
  for (const pair of walk(whole)) if (attribute(pair, 'name') === 'passwd') pair.attributes['value'] = password
  return whole
}

const haCf = (password: string) => `keepalive 1
deadtime 10
mcast eth0 225.0.0.1 694 1 0
stonith_host * external/ipmi node1 192.168.0.10 haops ${password} lanplus
node node1 node2 node3 node4 node5
crm yes
`

const world = async (folder: string) =>
  await startHeartbeatCrmWorld(
    {
      ...PVFS,
      model: ground =>
        heartbeatCrmModel(
          {
            cib: () => cib(RUNS),
            bmc: (_node, index) => `192.168.0.${10 + index}`,
            files: () => ({
              '/etc/ha.d/ha.cf': haCf(IN_HA_CF),
              '/etc/ha.d/authkeys': { text: 'auth 1\n1 crc\n', mode: 0o600 },
              [CIB]: { text: formatXml(cib(RUNS)), mode: 0o600 },
            }),
          },
          ground,
        ),
    },
    { folder, pace: 0.02 },
  )

describe('passwords in the configuration of a cluster', { timeout: TEST_MS }, () => {
  const said: string[] = []
  beforeAll(() => {
    vi.stubEnv('HA_LOG', 'info')
    // Both halves log there; what they write still goes where it went.
    const write = process.stderr.write.bind(process.stderr)
    vi.spyOn(process.stderr, 'write').mockImplementation((text: string | Uint8Array) => {
      said.push(Buffer.from(text as Uint8Array).toString())
      return /"level":"?(error|50)/.test(said.at(-1) ?? '') ? write(text) : true
    })
  })
  afterAll(() => {
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
  })
  const stage = stageFor({ world })

  it('reach nodes and nothing else: not Redis, not the archive, not the log, not Slack', async () => {
    const { control } = stage().world
    const nodes = stage().world.nodes.map(({ name }) => name)
    control.write('node2', '/etc/ha.d/ha.cf', haCf(`${IN_HA_CF}-other`))
    control.differ('node3', 'no-quorum-policy', 'ignore')

    const differs = await done('/ha diff')
    expect(differs.state.finished?.outcome).toBe('failed')
    expect(reasons(differs)).toContain('node2 differs from node[1,3-5]')
    expect(reasons(differs)).toContain('node3 differs from node[1-2,4-5]')
    await done('/ha verify cib')

    await mkdir(join(stage().folder, 'files'), { recursive: true })
    const next = formatXml(cib(COMES)).replaceAll('="/', '="/srv/')
    await writeFile(join(stage().folder, 'files/cib.xml'), next)
    control.stopEverywhere()
    const { number, card } = await asked(stage(), '/ha install cib')
    for (const approver of [BO, CY]) {
      const plan = await open(stage(), approver, card, 'Review and approve')
      expect(plan.said).toContain('put cib.xml at $to')
      await stage().workspace.control.submit({ user: approver, values: { confirm: 'pvfs' } })
    }
    const installed = await ended(stage(), number)
    expect(installed.state.finished?.outcome).toBe('succeeded')
    expect(nodes.map(node => control.read(node, CIB))).toEqual(nodes.map(() => next))
    const last = await cardWith(stage(), number, 'Install cib: done')
    await repliesWith(stage(), last, 'Transcript of')

    const { core, workspace, folder } = stage()
    const places = await allThatIsKept({ core, workspace, folders: [core.config.archive, join(folder, 'redis')] })
    places['log'] = said.join('')
    const shown = Object.values(places).join('\n')
    expect(shown).toContain('name=\\"passwd\\" value=\\"***')
    expect(said.join('')).toContain('a change begins to be carried out')
    const leaks = Object.entries(places).flatMap(([place, text]) =>
      FORBIDDEN.filter(secret => text.includes(secret)).map(secret => `${secret} in ${place}`),
    )
    expect(leaks).toEqual([])
  })

  async function done(text: string) {
    const { number } = await type(stage(), ANA, text)
    return await ended(stage(), number)
  }
})

function reasons({ state }: Awaited<ReturnType<typeof ended>>): string {
  return Object.values(state.steps)
    .map(step => step.reason)
    .join('\n')
}
