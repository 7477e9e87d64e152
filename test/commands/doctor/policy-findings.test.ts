import { describe, expect, test } from 'vitest'
import { fileFindings } from '../../../src/commands/doctor/file-findings.ts'
import { policyFindings } from '../../../src/commands/doctor/policy-findings.ts'
import { neededFiles } from '../../../src/config/needed-files.ts'
import { type Config, loadConfig } from '../../../src/config.ts'
import type { Runbook } from '../../../src/runbooks/schema.ts'

const FILE = `
people: { ana: { slack: U0ANA }, bo: { slack: U0BO }, cy: {} }
teams: { oncall: { members: [ana, bo] } }
clusters:
  pvfs:
    stack: pacemaker
    ssh: { user: haops, identityFile: keys/pvfs }
    nodes: { node1: { address: 192.0.2.11, bmc: { address: 192.0.2.111, user: admin, passwordFile: keys/bmc } } }
    policy: { destructive: { run: [oncall] } }
  xen: { stack: heartbeat, ssh: { user: haops, agent: true }, nodes: { xen1: { address: 192.0.2.21 } } }
`

async function config(text = FILE): Promise<Config> {
  const result = await loadConfig({ path: '/etc/ha/ha.yaml', env: {}, readFile: async () => text })
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.value
}

function asking(count: number): Runbook {
  return {
    apiVersion: 'ha/v1',
    name: 'fence-acknowledge',
    version: '1.0.0',
    stack: 'pacemaker',
    summary: 'Say that a node is off',
    command: 'fence-acknowledge <node>',
    risk: 'destructive',
    inputs: {},
    secrets: {},
    timeoutMs: 60_000,
    steps: [{ kind: 'approve', id: 'ask', approve: 'Is it off?', count }],
  }
}

describe('the policy', () => {
  test('is weak where nobody may change anything, where a runbook asks for more people than there are, and for people who cannot speak', async () => {
    const findings = policyFindings({ ...(await config()), runbooks: [asking(2)] })
    expect(findings.map(finding => finding.what)).toEqual([
      'fence-acknowledge on pvfs asks for 2 of oncall; for ana there is bo.',
      'Nobody may change anything on xen: its policy names no team.',
      'cy has neither a Slack id nor an SSH key, so nobody can speak as cy.',
    ])
    for (const finding of findings) expect(finding).toMatchObject({ level: 'weak', next: expect.stringMatching(/./) })
  })

  test('is in order when all that may be asked for can be approved', async () => {
    const text = FILE.replace(', cy: {}', '').replace(/ {2}xen.*\n/, '')
    expect(policyFindings({ ...(await config(text)), runbooks: [asking(1)] })).toMatchObject([{ level: 'ok' }])
  })

  test('without a cluster there is nothing to do', async () => {
    expect(policyFindings({ ...(await config('durability: warn')), runbooks: [] })).toMatchObject([{ level: 'broken' }])
  })
})

describe('the files that a configuration names', () => {
  test('are looked at by the side that needs them', async () => {
    const files = neededFiles(await config())
    const seen = (side: 'bot' | 'worker') => {
      const paths: string[] = []
      const findings = fileFindings(files, side, path => {
        paths.push(path)
        return { mode: 0o600 }
      })
      expect(findings).toMatchObject([{ level: 'ok' }])
      return paths
    }
    expect(seen('bot')).toEqual(['/etc/ha/keys/bot', '/etc/ha/keys/trusted', '/etc/ha/runbooks'])
    expect(seen('worker')).toEqual([
      '/etc/ha/keys/worker',
      '/etc/ha/keys/trusted',
      '/etc/ha/runbooks',
      '/etc/ha/keys/known_hosts',
      '/etc/ha/keys/pvfs',
      '/etc/ha/keys/bmc',
    ])
  })

  test('are broken when missing or forbidden, and weak when a secret one is open to others', async () => {
    const findings = fileFindings(neededFiles(await config()), 'both', path => {
      if (path.endsWith('bmc')) return { trouble: 'missing' }
      if (path.endsWith('pvfs')) return { trouble: 'forbidden' }
      return { mode: 0o644 }
    })
    expect(findings.map(({ level, what }) => `${level} ${what}`)).toEqual([
      'weak /etc/ha/keys/bot, the signing key of the bot, is open to other users (mode 0644).',
      'weak /etc/ha/keys/worker, the signing key of the worker, is open to other users (mode 0644).',
      'broken /etc/ha/keys/pvfs may not be read by this user: the SSH key for pvfs.',
      "broken /etc/ha/keys/bmc is not there: the password of node1's management board.",
    ])
  })
})
