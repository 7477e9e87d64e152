import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nodeFiles, rooted } from '../../../lab/simulated/files.ts'
import { DETECT, detected, notOfStack } from '../../../src/clusters/stacks/detect.ts'
import { problemText } from '../../../src/problem.ts'
import { answer } from '../reading.ts'

const CONTEXT = { cluster: 'files', node: 'fred', nodes: ['fred', 'barney'], readAt: '2026-11-21T14:02:11.000Z' }
const HARESOURCES = '# the one line\nfred 192.168.1.100 smb\n'

interface Machine {
  readonly files?: Readonly<Record<string, string>>
  readonly tools?: readonly string[]
}

describe('which stack a node is set up for, asked with a real sh', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'detect-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  function ask({ files = {}, tools = [] }: Machine): string {
    const machine = mkdtempSync(join(folder, 'node-'))
    const there = nodeFiles(join(machine, 'root'))
    for (const [path, text] of Object.entries(files)) there.write(path, text)
    const bin = join(machine, 'bin')
    mkdirSync(bin)
    for (const tool of ['awk', 'grep']) symlinkSync(`/usr/bin/${tool}`, join(bin, tool))
    for (const tool of tools) symlinkSync('/bin/true', join(bin, tool))
    return execFileSync('/bin/sh', ['-c', rooted(DETECT.script, join(machine, 'root'))], {
      encoding: 'utf8',
      env: { PATH: bin, LC_ALL: 'C' },
    })
  }

  const stacks = (machine: Machine) => detected(answer(ask(machine))).found.map(({ stack }) => stack)

  it('takes haresources without the CRM for heartbeat', () => {
    expect(stacks({ files: { '/etc/ha.d/ha.cf': 'crm no\n', '/etc/ha.d/haresources': HARESOURCES } })).toEqual([
      'heartbeat',
    ])
  })

  it.each(['crm yes', '  crm\ttrue # as the document says', 'pacemaker respawn', 'crm on', 'crm 1'])(
    'takes "%s" in ha.cf for the CRM, whatever haresources says',
    line => {
      const files = { '/etc/ha.d/ha.cf': `node fred barney\n${line}\n`, '/etc/ha.d/haresources': HARESOURCES }
      expect(stacks({ files })).toEqual(['heartbeat-crm'])
    },
  )

  it('does not take a comment for a directive', () => {
    const files = { '/etc/ha.d/ha.cf': '# crm yes\n', '/etc/ha.d/haresources': HARESOURCES }
    expect(stacks({ files })).toEqual(['heartbeat'])
  })

  it('takes cluster.conf with <rm> and clustat for rgmanager, and without <rm> for Pacemaker on cman', () => {
    const withRm = '<cluster><rm log_level="7"><service/></rm></cluster>\n'
    expect(stacks({ files: { '/etc/cluster/cluster.conf': withRm }, tools: ['clustat'] })).toEqual(['rgmanager'])
    expect(
      stacks({ files: { '/etc/cluster/cluster.conf': '<cluster/>\n' }, tools: ['pacemakerd', 'clustat'] }),
    ).toEqual(['pacemaker'])
  })

  it('takes corosync.conf with pacemakerd for Pacemaker', () => {
    expect(stacks({ files: { '/etc/corosync/corosync.conf': 'totem {}\n' }, tools: ['pacemakerd'] })).toEqual([
      'pacemaker',
    ])
  })

  it('finds nothing on a machine that is no node, and takes an empty haresources for none', () => {
    expect(stacks({})).toEqual([])
    expect(stacks({ files: { '/etc/ha.d/ha.cf': 'crm no\n', '/etc/ha.d/haresources': '' } })).toEqual([])
  })

  it('says of a node of another stack what was found where, and which stack would be right', () => {
    const text = ask({ files: { '/etc/ha.d/ha.cf': 'crm yes\n' } })
    const problem = notOfStack(CONTEXT, 'heartbeat', answer(text))
    expect(problem && problemText(problem)).toBe(
      [
        'fred: heartbeat-crm: "crm yes" stands in /etc/ha.d/ha.cf',
        'fred is set up for heartbeat-crm, and the configuration says "stack: heartbeat" for files.',
        'Nothing was concluded from its other answers, and nothing was changed. If that is right, write "stack: heartbeat-crm" for files in ha.yaml; if not, look for what was left behind on fred.',
      ].join('\n'),
    )
    expect(notOfStack(CONTEXT, 'heartbeat-crm', answer(text))).toBeUndefined()
  })

  it('concludes nothing from an answer that is cut off', () => {
    const whole = ask({ files: { '/etc/ha.d/ha.cf': 'crm yes\n' } })
    fc.assert(
      fc.property(fc.nat({ max: whole.trimEnd().length - 1 }), length => {
        expect(detected(answer(whole.slice(0, length))).known).toBe(false)
      }),
    )
    expect(detected(answer(whole, { truncated: true })).known).toBe(false)
    expect(detected(undefined).known).toBe(false)
  })

  it('says of a file that the login may not read that it may not, and not that the node is none', () => {
    const text = ask({}).replace('ha.cf=absent', 'ha.cf=unreadable').replace('haresources=absent', 'haresources=there')
    const problem = notOfStack(CONTEXT, 'heartbeat', answer(text))
    expect(problem?.message).toContain('The login may not read /etc/ha.d/ha.cf.')
    expect(problem?.next).toContain('become: sudo')
  })
})
