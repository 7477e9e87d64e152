import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Plan } from '../../src/runbooks/plan.ts'
import { planOf, step } from './planning.ts'
import { committed, statusOf } from './reading.ts'

function hasTools(): boolean {
  try {
    execFileSync('crm_simulate', ['--version'])
    return true
  } catch {
    return false
  }
}

describe.skipIf(!hasTools() && !process.env['CI'])(
  'the scripts, with the real tools on a file instead of a cluster',
  () => {
    let folder = ''
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'ha-runbooks-'))
    })
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    function carryOut(plan: Plan, id: string, cibFile: string) {
      const found = step(plan, id)
      const script = found.kind === 'run' ? found.script : ''
      const env = { ...process.env, CIB_file: cibFile, TMPDIR: folder }
      const { status, stdout, stderr } = spawnSync('/bin/sh', ['-s'], {
        input: script,
        env,
        encoding: 'utf8',
        timeout: 30_000,
      })
      return { status, stdout, stderr }
    }

    function cibOf(fixture: string): string {
      const file = join(folder, `${fixture}.cib`)
      writeFileSync(file, committed(fixture, 'cib.xml'))
      return file
    }

    it('the preview names the move and says whether anything else moves, changes nothing and leaves no file', () => {
      const cib = cibOf('five-nodes-and-a-spare')
      const before = readdirSync(folder)
      const { status, stdout } = carryOut(planOf('failover', { group: 'server2', node: 'node5' }), 'preview', cib)
      expect(stdout).toMatch(/\* Move +server2_daemon +\( node3 -> node5 \)/)
      expect(stdout).toContain('Besides server2: Start fence1')
      expect(status).toBe(0)
      expect(readdirSync(folder)).toEqual(before)
      expect(readFileSync(cib, 'utf8')).toBe(committed('five-nodes-and-a-spare', 'cib.xml'))
    })

    it('the preview says that nothing else moves when nothing does', () => {
      const plan = planOf('migrate', { group: 'big', node: 'node2' }, statusOf('group-of-twenty'))
      const { status, stdout } = carryOut(plan, 'preview', cibOf('group-of-twenty'))
      expect(stdout).toContain('Besides big: nothing else moves')
      expect(status).toBe(0)
    })

    it('the preview refuses a target that the cluster itself would not use', () => {
      const plan = planOf('migrate', { group: 'server0', node: 'node3' }, statusOf('member-banned-by-hand'))
      const { status, stderr } = carryOut(plan, 'preview', cibOf('member-banned-by-hand'))
      expect(stderr).toContain('The cluster would not bring all of server0 to node3')
      expect(status).toBe(1)
    })

    it('the move leaves the constraint that its plan says, and tidying removes it', () => {
      const cib = cibOf('five-nodes-and-a-spare')
      const plan = planOf('failover', { group: 'server2', node: 'node5' })
      expect(carryOut(plan, 'move', cib).status).toBe(0)
      expect(readFileSync(cib, 'utf8')).toContain('cli-prefer-server2')
      expect(carryOut(plan, 'tidy', cib)).toMatchObject({
        status: 0,
        stdout: expect.stringContaining('cli-prefer-server2'),
      })
      expect(readFileSync(cib, 'utf8')).not.toContain('cli-prefer-server2')
    })

    it('standby shows who goes where before it is done, and unstandby takes it back', () => {
      const cib = cibOf('five-nodes-and-a-spare')
      const preview = carryOut(planOf('standby', { node: 'node3' }), 'preview', cib)
      expect(preview.stdout).toMatch(/\* Move +server2_address +\( node3 -> node\d \)/)
      expect(preview.status).toBe(0)
      expect(carryOut(planOf('standby', { node: 'node3' }), 'standby', cib).status).toBe(0)
      expect(readFileSync(cib, 'utf8')).toMatch(/name="standby" value="on"/)
      expect(carryOut(planOf('unstandby', { node: 'node3' }), 'preview', cib).status).toBe(0)
      expect(carryOut(planOf('unstandby', { node: 'node3' }), 'unstandby', cib).status).toBe(0)
      expect(readFileSync(cib, 'utf8')).not.toMatch(/name="standby"/)
    })

    it('verify-cib agrees with the digest of the status, and tells another configuration apart', () => {
      const plan = planOf('verify-cib', {})
      expect(carryOut(plan, 'same', cibOf('five-nodes-and-a-spare')).status).toBe(0)
      expect(carryOut(plan, 'same', cibOf('calm'))).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('differs from'),
      })
    })
  },
)
