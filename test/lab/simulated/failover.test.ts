import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { attribute, walk } from '../../../lab/simulated/xml/element.ts'
import { parseXml } from '../../../lab/simulated/xml/text.ts'
import { ssh, type WorldUnderTest, worldUnderTest } from './world-under-test.ts'

/** Where a group's members are, as crm_mon's XML says: `server2_fs: Started node3`. */
function members(xml: string, group: string): string[] {
  const root = parseXml(xml)
  const found = root && [...walk(root)].find(entry => entry.name === 'group' && attribute(entry, 'id') === group)
  return (found?.children ?? []).map(entry => {
    const nodes = entry.children.map(node => attribute(node, 'name')).join(',')
    return `${attribute(entry, 'id')}: ${attribute(entry, 'role')} ${nodes}`.trim()
  })
}

describe('the simulated PVFS cluster over the system ssh', { timeout: 60_000 }, () => {
  let world: WorldUnderTest
  beforeEach(async () => {
    world = await worldUnderTest()
  })
  afterEach(async () => {
    await world.close()
  })

  it('moves a group on request, and keeps it there once the constraint is cleared', async () => {
    const moved = await ssh(world, 'node1', 'crm_resource --move --resource server2 --node node5')
    expect(moved).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    const seen: string[] = []
    const there = ['server2_address: Started node5', 'server2_fs: Started node5', 'server2_daemon: Started node5']
    for (
      let look = 0;
      look < 100 && JSON.stringify(members(seen.at(-1) ?? '', 'server2')) !== JSON.stringify(there);
      look += 1
    ) {
      seen.push((await ssh(world, 'node4', 'crm_mon -1 --output-as=xml')).stdout)
    }
    expect(members(seen.at(-1) ?? '', 'server2')).toEqual(there)
    expect((await ssh(world, 'node1', 'crm_resource --wait --timeout=300s')).exitCode).toBe(0)
    expect((await ssh(world, 'node1', 'cibadmin -Q -o constraints')).stdout).toContain('cli-prefer-server2')
    const cleared = await ssh(
      world,
      'node2',
      'crm_resource --clear --resource server2 && crm_resource --wait --timeout=300s',
    )
    expect(cleared).toEqual({ exitCode: 0, stdout: 'Removing constraint: cli-prefer-server2\n', stderr: '' })
    const after = await ssh(world, 'node3', 'cibadmin -Q -o constraints; crm_resource -W -r server2 -Q')
    expect(after.stdout).not.toContain('cli-')
    expect(after.stdout.trimEnd().split('\n').at(-1)).toBe('node5')
  })

  it('stops the parts from last to first and starts them from first to last', async () => {
    const seen: string[] = []
    const watching = world.control.until(
      ({ picture, settled }) => {
        const group = picture.resources.find(top => top.id === 'server2')
        const text = (group?.members ?? [])
          .map(part => part.active.map(where => `${where.pending}@${where.node}`).join('+') || '-')
          .join(' ')
        if (seen.at(-1) !== text) seen.push(text)
        return settled && text === '@node5 @node5 @node5'
      },
      { timeoutMs: 20_000, what: 'server2 on node5' },
    )
    await ssh(world, 'node1', 'crm_resource --move --resource server2 --node node5')
    await watching
    expect(seen).toEqual([
      '@node3 @node3 @node3',
      '@node3 @node3 stop@node3',
      '@node3 @node3 -',
      '@node3 stop@node3 -',
      '@node3 - -',
      'stop@node3 - -',
      '- - -',
      'start@node5 - -',
      '@node5 - -',
      '@node5 start@node5 -',
      '@node5 @node5 -',
      '@node5 @node5 start@node5',
      '@node5 @node5 @node5',
    ])
  })

  it('takes the address and the mount along with the group', async () => {
    const look = "ip -4 -o addr show | grep -c 'inet 192.168.0.3/'; findmnt -rn -S LABEL=label2 -o TARGET"
    expect((await ssh(world, 'node3', look)).stdout).toBe('1\n/san_mount2\n')
    expect((await ssh(world, 'node5', look)).stdout).toBe('0\n')
    await ssh(world, 'node1', 'crm_resource --move -r server2 -N node5; crm_resource --wait')
    expect((await ssh(world, 'node3', look)).stdout).toBe('0\n')
    expect((await ssh(world, 'node5', look)).stdout).toBe('1\n/san_mount2\n')
  })

  it('previews a move in a copy of the CIB and leaves the cluster as it is', async () => {
    const before = world.control.state()
    const script = `set -e
      work=$(mktemp -d)
      trap 'rm -rf "$work"' EXIT
      cibadmin -Q >"$work/cib.xml"
      CIB_file="$work/cib.xml" crm_resource --move --resource server2 --node node5
      crm_simulate -x "$work/cib.xml" -S | sed -n '/^Transition Summary/,/^$/p'`
    const { stdout, exitCode } = await ssh(world, 'node1', script)
    expect(exitCode).toBe(0)
    expect(stdout).toBe(
      [
        'Transition Summary:',
        '  * Move       server2_address     ( node3 -> node5 )',
        '  * Move       server2_fs          ( node3 -> node5 )',
        '  * Move       server2_daemon      ( node3 -> node5 )',
        '',
        '',
      ].join('\n'),
    )
    expect(world.control.state().version).toBe(before.version)
  })

  it('empties a node in standby and lets the group stay away afterwards', async () => {
    const script =
      'crm_standby --node node1 --update on; crm_resource --wait; crm_mon -1 -r | grep "Node node1"; crm_resource -W -r server0 -Q'
    expect((await ssh(world, 'node2', script)).stdout).toBe('  * Node node1: standby\nnode5\n')
    const back = 'crm_standby --node node1 --delete; crm_resource --wait; crm_resource -W -r server0 -Q'
    expect((await ssh(world, 'node2', back)).stdout).toBe(
      'Deleted nodes attribute: id=nodes-1-standby name=standby\nnode5\n',
    )
  })

  it('fences a lost node and recovers its group on the spare', async () => {
    // It stays unclean until somebody has looked.
    world.control.failFencing('node3')
    world.control.killNode('node3')
    await world.control.until(({ picture }) => picture.nodes.some(node => node.unclean), {
      timeoutMs: 10_000,
      what: 'node3 unclean',
    })
    expect((await ssh(world, 'node1', 'crm_mon -1')).stdout).toContain('* Node node3: UNCLEAN (offline)')
    expect((await ssh(world, 'node3', 'true')).exitCode).toBe(255)
    world.control.mendFencing('node3')
    await world.control.until(({ settled, picture }) => settled && !picture.nodes.some(node => node.unclean), {
      timeoutMs: 20_000,
      what: 'node3 fenced',
    })
    const seen = await ssh(world, 'node1', 'crm_mon -1; stonith_admin -H node3; crm_resource -W -r server2 -Q')
    expect(seen.stdout).toContain('* OFFLINE: [ node3 ]')
    expect(seen.stdout).toMatch(
      /^reboot of node3 successful: delegate=node4, client=pacemaker-controld.1411, origin=node1, last-successful='/m,
    )
    expect(seen.stdout.trimEnd().split('\n').at(-1)).toBe('node5')
    world.control.startNode('node3')
    await world.control.until(
      ({ settled, picture }) => settled && picture.nodes.every(node => node.online && !node.pending),
      { timeoutMs: 20_000, what: 'node3 back' },
    )
    expect((await ssh(world, 'node3', 'crm_node -q; crm_resource -W -r server2 -Q')).stdout).toBe('1\nnode5\n')
  })

  it('cuts the power of a node on request: its sessions die, it boots and joins again', async () => {
    const session = ssh(world, 'node5', 'sleep 300')
    await vi.waitUntil(() => world.control.executions('node5').length === 1, 10_000)
    expect(await ssh(world, 'node1', 'stonith_admin --reboot node5 --timeout 120')).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    })
    expect((await session).exitCode).toBe(255)
    await world.control.until(
      ({ settled, picture }) => settled && picture.nodes.every(node => node.online && !node.pending),
      { timeoutMs: 20_000, what: 'node5 back' },
    )
    expect((await ssh(world, 'node5', 'crm_node -n')).stdout).toBe('node5\n')
  })
})
