import type { ClusterPolicy } from '../../src/policy/access.ts'
import type { Gate, GateDecision } from '../../src/policy/gate.ts'
import type { Directory } from '../../src/policy/people.ts'

export const MINUTE_MS = 60_000
/** 2026-11-21 14:02:00 UTC. */
export const NOW = Date.UTC(2026, 10, 21, 14, 2)

/** Four on call, one of them also in storage, and dee in storage alone. */
export const directory: Directory = {
  people: {
    ana: { name: 'ana', slack: 'U0ANA', ssh: [] },
    bo: { name: 'bo', slack: 'U0BO', ssh: [] },
    cy: { name: 'cy', slack: 'U0CY', ssh: [] },
    dee: { name: 'dee', slack: 'U0DEE', ssh: [] },
    eve: { name: 'eve', ssh: [] },
  },
  teams: {
    oncall: { name: 'oncall', members: ['ana', 'bo', 'cy'], slackGroup: 'S0ONCALL' },
    storage: { name: 'storage', members: ['cy', 'dee'] },
  },
}

export const policy: ClusterPolicy = {
  read: { run: ['everyone'] },
  disruptive: { run: ['oncall'], approve: { count: 1, from: ['oncall'], withinMs: 15 * MINUTE_MS } },
  destructive: {
    run: ['oncall'],
    approve: { count: 2, from: ['oncall', 'storage'], withinMs: 10 * MINUTE_MS, confirm: 'node-name' },
  },
}

export const DIGEST = '8f3a12c077de'

export function gateOf(over: Partial<Gate> = {}): Gate {
  return {
    digest: DIGEST,
    count: 1,
    from: ['oncall'],
    confirm: '',
    expiresAt: NOW + 15 * MINUTE_MS,
    decisions: [],
    ...over,
  }
}

export function decided(person: string, decision: 'approve' | 'deny', at = NOW): GateDecision {
  return { decision, digest: DIGEST, at, speaker: { person, name: person[0]?.toUpperCase() + person.slice(1) } }
}
