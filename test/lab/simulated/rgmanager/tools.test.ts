import { describe, expect, it } from 'vitest'
import { mapperName } from '../../../../lab/simulated/rgmanager/engine/storage.ts'
import { ARTICLE_CONF } from '../../../../lab/simulated/rgmanager/ha-lvm-conf.ts'
import { parseAs } from '../../../clusters/stacks/rgmanager/samples.ts'
import { modelUnderTest, SERV } from './model-under-test.ts'

describe('clustat', () => {
  it('prints the lines of the reference', async () => {
    const { run } = modelUnderTest()
    const { stdout } = await run('serv-0002', 'clustat')
    expect(stdout).toMatch(
      /^Cluster Status for lvm-cluster @ \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\nMember Status: Quorate\n\n/,
    )
    for (const line of [
      ' Member Name                             ID   Status',
      ' ------ ----                             ---- ------',
      ' serv-0001                                   1 Online, rgmanager',
      ' serv-0002                                   2 Online, Local, rgmanager',
      ' Service Name                   Owner (Last)                   State         ',
      ' ------- ----                   ----- ------                   -----         ',
      ' service:serv                   serv-0001                      started       ',
    ])
      expect(stdout.split('\n')).toContain(line)
  })

  it('without quorum knows no services, in both forms, and says so with -Q', async () => {
    const { run, control } = modelUnderTest()
    expect((await run('serv-0001', 'clustat -Q')).exitCode).toBe(0)
    control.loseQuorum(true)
    expect((await run('serv-0001', 'clustat')).stdout).toContain(
      'Service states unavailable: Operation requires quorum',
    )
    expect((await run('serv-0001', 'clustat -x')).stdout).toContain('<quorum quorate="0"\n groupmember="0"/>')
    expect((await run('serv-0001', 'clustat -Q')).exitCode).toBe(1)
    expect((await run('serv-0001', 'cman_tool status')).stdout).toContain('Activity blocked')
  })

  it.each([
    { command: 'clustat -m serv-0001', code: 0 },
    { command: 'clustat -m serv-0009', code: 255 },
    { command: 'clustat -s serv', code: 0 },
    { command: 'clustat -s nothing', code: 255 },
  ])('$command exits with $code', async ({ command, code }) => {
    expect((await modelUnderTest().run('serv-0001', command)).exitCode).toBe(code)
  })

  it('tells a member that is down, and a service that failed, by its exit code', async () => {
    const { run, control, pass } = modelUnderTest()
    control.breakService(SERV)
    expect((await run('serv-0001', 'clustat -s serv')).exitCode).toBe(114)
    control.killNode('serv-0002')
    await pass(20_000)
    expect((await run('serv-0001', 'clustat -m serv-0002')).exitCode).toBe(1)
  })

  it('waits 10 s for an rgmanager that answers nobody, and then knows no services', async () => {
    const { run, control, pass } = modelUnderTest()
    control.deafen('serv-0001', true)
    const asked = run('serv-0001', 'clustat -x')
    await pass(10_100)
    const { stdout, stderr } = await asked
    expect(stderr).toBe('Timed out waiting for a response from Resource Group Manager\n')
    expect(stdout).not.toContain('<groups>')
  })

  it('is read back by the reader, whatever the cluster is going through', async () => {
    const { run, control, pass } = modelUnderTest()
    control.failFencing('serv-0001')
    control.killNode('serv-0001')
    await pass(30_000)
    const ask = async (command: string) => (await run('serv-0002', command)).stdout
    const said = {
      clustat: await ask('clustat -x'),
      status: `${await ask('cman_tool status')}end\n`,
      nodes: `${await ask('cman_tool nodes')}end\n`,
      fence: `${await ask('fence_tool ls -n')}end\n`,
    }
    expect(parseAs('serv-0002', said)).toMatchObject({
      value: { nodes: { 'serv-0001': { unclean: true } }, fencing: { pending: ['fencing of serv-0001'] } },
    })
  })
})

describe('clusvcadm', () => {
  it('says where it landed', async () => {
    const { run, pass } = modelUnderTest()
    const moved = run('serv-0001', 'clusvcadm -r serv -m serv-0002')
    await pass(10_000)
    expect(await moved).toEqual({
      exitCode: 0,
      stdout: 'Trying to relocate service:serv to serv-0002...Success\nservice:serv is now running on serv-0002\n',
      stderr: '',
    })
  })

  it('takes the closest match for a node that is mistyped, and asks nobody', async () => {
    const { run, pass } = modelUnderTest()
    const moved = run('serv-0001', 'clusvcadm -r serv -m serv-00022')
    await pass(10_000)
    expect((await moved).stdout).toContain("Closest match: 'serv-0002'\n")
    expect((await moved).exitCode).toBe(0)
  })

  it('calls it a success when it landed elsewhere, with a warning in its last line', async () => {
    const { run, pass, control } = modelUnderTest()
    control.astray(SERV, 'serv-0001')
    const moved = run('serv-0001', 'clusvcadm -r serv -m serv-0002')
    await pass(10_000)
    expect(await moved).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/\nWarning: service:serv is now running on serv-0001\n$/),
    })
  })

  it.each([
    { what: 'a service that does not exist', command: 'clusvcadm -r nothing', code: 252, prepare: () => undefined },
    { what: 'no quorum', command: 'clusvcadm -r serv', code: 247, prepare: quorumLost },
    { what: 'a failed service', command: 'clusvcadm -e serv', code: 255, prepare: failed },
  ])('$what: $code', async ({ command, code, prepare }) => {
    const model = modelUnderTest()
    prepare(model)
    expect((await model.run('serv-0001', command)).exitCode).toBe(code)
  })

  it('a service that was disabled cannot be moved, only enabled', async () => {
    const { run, pass, control } = modelUnderTest()
    control.breakService(SERV)
    expect((await run('serv-0001', 'clusvcadm -d serv')).exitCode).toBe(0)
    expect((await run('serv-0001', 'clusvcadm -r serv')).exitCode).toBe(248)
    const enabled = run('serv-0001', 'clusvcadm -e serv -m serv-0002')
    await pass(10_000)
    expect((await enabled).stdout).toContain('service:serv is now running on serv-0002\n')
  })
})

function quorumLost({ control }: ReturnType<typeof modelUnderTest>): void {
  control.loseQuorum(true)
}

function failed({ control }: ReturnType<typeof modelUnderTest>): void {
  control.breakService(SERV)
}

describe('fencing by hand', () => {
  it('is told to fenced, which does not do it again', async () => {
    const { run, pass, control } = modelUnderTest()
    const done = run('serv-0002', 'fence_node -vv serv-0001')
    await pass(6_000)
    expect(await done).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/fence serv-0001 success\n$/) })
    await pass(20_000)
    expect(control.state()).toMatchObject({ victims: [], services: { [SERV]: { owner: 'serv-0002' } } })
    expect((await run('serv-0002', 'fence_tool ls -n')).stdout).toContain(
      'nodeid 1 member 0 victim 0 last fence master 2 how external',
    )
  })

  it('fails where the device fails, and is undefined where there is none', async () => {
    const { run, pass, control } = modelUnderTest()
    control.failFencing('serv-0001')
    const done = run('serv-0002', 'fence_node serv-0001')
    await pass(6_000)
    expect(await done).toEqual({ exitCode: 1, stdout: '', stderr: 'fence serv-0001 failed\n' })
    expect(await run('serv-0002', 'fence_node serv-0009')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'fence serv-0009 undefined\n',
    })
  })

  it.each([
    { address: '192.168.1.50', code: 0, said: 'Status: ON\n' },
    { address: '192.168.10', code: 1, said: '' },
  ])('an agent asked by its standard input about $address exits with $code', async ({ address, code, said }) => {
    const asked = await modelUnderTest().run('serv-0002', 'fence_ipmilan', `ipaddr=${address}\naction=status\n`)
    expect(asked).toMatchObject({ exitCode: code, stdout: said })
  })
})

describe('storage', () => {
  it('doubles the dashes of a volume below mapper', () => {
    expect(mapperName('/dev/shared_vg/ha-lv')).toBe('/dev/mapper/shared_vg-ha--lv')
    expect(mapperName('/dev/shared_vg/ha_lv')).toBe('/dev/mapper/shared_vg-ha_lv')
    expect(mapperName('/dev/sdb1')).toBe('/dev/sdb1')
  })

  it('is active and open on the owner, clustered, and in its /proc/mounts alone', async () => {
    const { run, file } = modelUnderTest()
    expect((await run('serv-0001', 'vgs --noheadings -o vg_name,vg_attr,vg_tags shared_vg')).stdout).toMatch(
      /^ {2}shared_vg wz--nc ?\n$/,
    )
    expect((await run('serv-0001', 'lvs --noheadings -o lv_name,lv_attr shared_vg')).stdout).toBe(
      '  ha_lv -wi-ao----\n',
    )
    expect((await run('serv-0002', 'lvs --noheadings -o lv_name,lv_attr shared_vg')).stdout).toBe(
      '  ha_lv -wi-------\n',
    )
    expect(file('serv-0001', '/proc/mounts')).toContain('/dev/mapper/shared_vg-ha_lv /mnt ext4')
    expect(file('serv-0002', '/proc/mounts')).not.toContain('shared_vg')
    expect((await run('serv-0001', 'lvm dumpconfig global/locking_type')).stdout).toBe('locking_type=3\n')
  })

  it('cannot be reached on a node without clvmd', async () => {
    const { run, pass } = modelUnderTest()
    const stopped = run('serv-0002', 'service clvmd stop')
    await pass(2_000)
    await stopped
    expect((await run('serv-0002', 'vgs shared_vg')).stderr).toContain('Skipping clustered volume group shared_vg')
  })
})

it("the article's configuration has the article's defects and no others", () => {
  expect(ARTICLE_CONF.match(/<fence>\s*<\/fence>/g)).toHaveLength(2)
  for (const words of ['config_version="1"', 'lv_name="ha-lv"', '/dev/shared_vg/ha-lv', 'ipaddr="192.168.10"'])
    expect(ARTICLE_CONF).toContain(words)
  expect(ARTICLE_CONF).not.toContain('ha_lv')
})
