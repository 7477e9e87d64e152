import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseRunbook } from '../../src/runbooks/parse.ts'
import { assembleScript } from '../../src/runbooks/script.ts'

let tools: string
beforeAll(() => {
  tools = mkdtempSync(join(tmpdir(), 'ha-one-owner-'))
  // Cluster tools that say what the test wants; everything else is the real thing, /proc/mounts included.
  tool('crm_node', 'echo "$HERE"')
  tool('crm_resource', 'echo "$DIRECTORY"')
})
afterAll(() => rmSync(tools, { recursive: true, force: true }))

function tool(name: string, body: string): void {
  writeFileSync(join(tools, name), `#!/bin/sh\n${body}\n`)
  chmodSync(join(tools, name), 0o755)
}

describe.each(['failover', 'migrate'])('the look at the mounts of %s', name => {
  const source = sourceOf(name)

  it('refuses when another node has the storage of the group mounted', () => {
    const { status, stderr } = look({ here: 'node1', directory: '/' })
    expect(stderr).toContain('/ is mounted on node1, although server2_fs runs on node3')
    expect(status).toBe(1)
  })

  it('is content with its owner, with a node where it is not mounted, and with a group without file systems', () => {
    expect(look({ here: 'node3', directory: '/' }).status).toBe(0)
    expect(look({ here: 'node1', directory: '/no such place' }).status).toBe(0)
    expect(look({ here: 'node1', directory: '/', filesystems: '' }).status).toBe(0)
  })

  it('does not pass what could not be asked for a yes', () => {
    expect(look({ here: '', directory: '/', breaks: 'crm_resource' }).status).toBe(1)
    expect(look({ here: '', directory: '/', breaks: 'crm_node' }).status).toBe(1)
  })

  interface Place {
    readonly here: string
    readonly directory: string
    readonly filesystems?: string
    readonly breaks?: string
  }

  function look({ here, directory, filesystems = 'server2_fs', breaks }: Place) {
    const values = { group: 'server2', node: 'node5', owner: 'node3', filesystems }
    const broken = breaks === undefined ? '' : `${breaks}() { return 102; }\n`
    const env = { PATH: `${tools}:/usr/bin:/bin`, HERE: here, DIRECTORY: directory }
    return spawnSync('/bin/sh', ['-c', assembleScript(broken + source, values)], {
      env,
      encoding: 'utf8',
      timeout: 10_000,
    })
  }
})

function sourceOf(name: string): string {
  const file = new URL(`../../runbooks/pacemaker/${name}.yaml`, import.meta.url)
  const parsed = parseRunbook(`pacemaker/${name}.yaml`, readFileSync(file, 'utf8'))
  const step = parsed.ok ? parsed.value.runbook.steps.find(one => one.id === 'one_owner') : undefined
  if (step?.kind !== 'run') throw new Error('there is no such step')
  return step.run
}
