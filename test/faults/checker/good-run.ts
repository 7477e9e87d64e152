import { createHash } from 'node:crypto'
import type { Bundle, BundleEntry, Fields } from '../bundles.ts'
import type { Evidence } from './evidence.ts'

const RUN = '01M7Z300TMKN2R602HVPCK2MF7'
const OUT = Buffer.from('change of c001a: part 1\n')
const DIGEST = 'd1'.repeat(32)

/** Entries with the chain that ha-bot would have made of them. */
export function chained(events: readonly (Fields & { readonly type: string })[], number = 1): BundleEntry[] {
  let prev = '0'.repeat(64)
  return events.map((event, index) => {
    const body = { run: RUN, number, seq: index + 1, at: 1_000 + index * 10, by: 'test', prev, event }
    const hash = createHash('sha256').update(sorted(body)).digest('hex')
    prev = hash
    return { ...body, hash }
  })
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )
}

export function bundleOf(events: readonly (Fields & { readonly type: string })[], number = 1, tag = 'c001a'): Bundle {
  return {
    folder: '/archive',
    run: RUN,
    number,
    text: `touch ${tag} on c001`,
    entries: chained(events, number),
    torn: 0,
  }
}

const ref = { file: 'output/change1.node1.out', bytes: OUT.length, sha256: '', tail: '' }

function change(step: string): (Fields & { readonly type: string })[] {
  const where = { step, host: 'node1', attempt: 1 }
  return [
    { type: 'execution-started', ...where, operation: `${RUN}-${step}-node1-1`, bundle: 'ab', epoch: 1 },
    { type: 'execution-finished', ...where, outcome: 'succeeded', begun: true, complete: true, stdout: ref },
  ]
}

/** A run as it should be: asked by Ana, agreed to by Bo, both changes carried out once. */
export function goodEvents(): (Fields & { readonly type: string })[] {
  return [
    { type: 'requested', request: { text: 'touch c001a on c001' }, speaker: { person: 'ana' } },
    { type: 'planned', digest: DIGEST },
    { type: 'gate-opened', gate: 'approve', digest: DIGEST, token: 't', expiresAt: 9_000 },
    { type: 'decided', gate: 'approve', digest: DIGEST, decision: 'approve', speaker: { person: 'bo' } },
    { type: 'gate-closed', gate: 'approve', result: 'approved' },
    { type: 'lease-taken', cluster: 'c001', epoch: 1 },
    ...change('change1'),
    ...change('change2'),
    { type: 'lease-released', cluster: 'c001', epoch: 1 },
    { type: 'finished', outcome: 'succeeded' },
  ]
}

/** Everything that the checker is shown of such a run. */
export function goodEvidence(): Evidence {
  const executed = (step: string) => ({ tag: 'c001a', step, boot: 'b', ns: 1n })
  const record = (step: string) => ({
    operation: `${RUN}-${step}-node1-1`,
    out: OUT,
    err: Buffer.alloc(0),
    hasResult: true,
  })
  const post = { bot: true, isPrivate: false, buttons: [], files: [] }
  return {
    heard: [{ tag: 'c001a', answer: 'accepted', number: 1, words: 'Reading the cluster for #1…' }],
    executions: [executed('change1'), executed('change2')],
    bundles: [bundleOf(goodEvents())],
    output: () => OUT,
    node: [record('change1'), record('change2')],
    posts: [
      { ...post, ts: '1', thread: undefined, said: 'Touch: done\n#1 · c001 · 0:02' },
      { ...post, ts: '2', thread: '1', said: 'Transcript of #1', files: ['touch-1.txt'] },
    ],
    taken: [{ key: `${RUN}:card-1` }, { key: `${RUN}:end` }],
    secrets: ['xoxb-canary'],
    places: [{ where: 'events.ndjson', text: '{}' }],
    archiveFailed: false,
    died: [],
    settledMs: 900,
  }
}
