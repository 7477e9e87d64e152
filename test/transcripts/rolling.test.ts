import { describe, expect, test } from 'vitest'
import { card } from '../../src/adapters/slack/blocks/card.ts'
import { approveModal } from '../../src/adapters/slack/blocks/modals.ts'
import { jsonBytes, LIMITS } from '../../src/adapters/slack/limits.ts'
import { cardText } from '../../src/transcripts/card-text.ts'
import { summaryMarkdown } from '../../src/transcripts/markdown.ts'
import { viewOf } from '../../src/transcripts/view-of.ts'
import { libraryWith } from '../support/bench-parts.ts'
import { createBench } from '../support/run-bench.ts'
import { exited } from '../support/scripted-shell.ts'

const RESTART = `apiVersion: ha/v1
name: restart-all
version: 1.0.0
stack: pacemaker
summary: Restart the daemon everywhere
command: restart daemon
risk: disruptive
timeout: 30m
steps:
  - { id: agree, approve: Restart it everywhere? }
  - id: restart
    name: Restart the daemon
    if: cluster.quorate
    rolling: { soak: 30s }
    steps:
      - { id: calm, name: The node is online, check: 'cluster.nodes[host].online' }
      - { id: stop, name: Stop it, change: disruptive, run: service stop, undo: service start }
      - { id: back, name: It is back, wait: 'cluster.nodes[host].online' }
  - { id: sound, name: Sound, check: cluster.quorate }
`

/** Two nodes went well; on the third it is stopped right now, or cannot be. */
async function midway(third: 'running' | 'failed') {
  const bench = await createBench({ library: await libraryWith(RESTART) })
  const run = await bench.approved('restart daemon')
  const waiting = await load()
  bench.shell.expect(
    ...['node1', 'node2'].map(node => ({ node, script: 'service stop', result: exited(0, 'stopped\n') })),
    { node: 'node3', script: 'service stop', result: exited(5, '', 'busy\n') },
  )
  bench.journal.beforeAppend = event => {
    if (third === 'running' && event.type === 'execution-finished' && event.host === 'node3') throw new Error('killed')
  }
  await bench.leg(run, 2).catch(() => undefined)
  async function load() {
    const record = await bench.journal.load(run)
    if (!record) throw new Error('no record')
    return record
  }
  return { bench, run, waiting, record: await load() }
}

describe('a rolling', () => {
  test('is agreed to by what is done on each node, in which order', async () => {
    const { waiting } = await midway('running')
    const gate = { ...waiting, state: { ...waiting.state, phase: 'waiting' as const } }
    const [first] = gate.state.gates
    if (!first) throw new Error('no gate')
    const { result: _, ...open } = first
    const view = viewOf({ ...gate, state: { ...gate.state, gates: [open] } }, waiting.state.updatedAt)
    expect(cardText(view)).toMatchInlineSnapshot(`
      "⏸  Restart daemon  ·  #42 · pvfs · 14:02:11 UTC
         Ana asked: /ha restart daemon
         approved by Bo 14:02:11 UTC

         What happens    Restart it everywhere?
         State           5 of 5 online · quorate · settled · no failures · fencing on (5 of 5 nodes covered) · read 2 s ago from node1, node4
         Approve         1 of oncall besides Ana · until 14:17:11 UTC (15 min, then nothing runs)
         Runbook         pacemaker/restart-all 1.0.0 · plan 08d9 518d d48f

         Restart the daemon · Stop it · node1, then node2, then node3, then node4, then node5 · disruptive · at most 5 min · only if cluster.quorate · undo: service start
           $ service stop"
    `)
    expect(jsonBytes(card(view).blocks)).toBeLessThanOrEqual(LIMITS.messageBytes)
    expect(JSON.stringify(approveModal(view, ''))).toContain('node1, then node2, then node3, then node4, then node5')
  })

  test('shows a line for each node, and the steps of the one whose turn it is', async () => {
    const { record } = await midway('running')
    const view = viewOf(record, record.state.updatedAt)
    expect(cardText(view)).toMatchInlineSnapshot(`
      "▶  Restart daemon  ·  #42 · pvfs · 1:04
         Ana asked: /ha restart daemon
         approved by Bo 14:02:11 UTC

         ✓ Restart the daemon                     0.0 s
         ✓ node1 · 1 of 5 · Restart the daemon    32 s
         ✓ node2 · 2 of 5 · Restart the daemon    32 s
         ◌ node3 · 3 of 5 · Restart the daemon
         ✓   The node is online                   0.0 s
         ◌   Stop it                                     0.0 s of 5 min
         ·   It is back
         ·   Let it run for 30 s before node4
         · node4 · 4 of 5 · Restart the daemon
         · node5 · 5 of 5 · Restart the daemon
         · Sound"
    `)
    expect(JSON.stringify(card(view).blocks)).toContain('◌ node3 · 3 of 5 · Restart the daemon')
  })

  test('that failed shows where, and which nodes are untouched', async () => {
    const { record } = await midway('failed')
    expect(cardText(viewOf(record, record.state.updatedAt))).toMatchInlineSnapshot(`
      "✗  Restart daemon: failed  ·  #42 · pvfs · 1:04
         Ana asked: /ha restart daemon
         approved by Bo 14:02:11 UTC

         ✓ Restart the daemon                     0.0 s
         ✓ node1 · 1 of 5 · Restart the daemon    32 s
         ✓ node2 · 2 of 5 · Restart the daemon    32 s
         ✗ node3 · 3 of 5 · Restart the daemon
         ✓   The node is online                   0.0 s
         ✗   Stop it                              0.0 s  node3: exit 5: busy
             │ busy
         –   It is back
         –   Let it run for 30 s before node4
         – node4 · 4 of 5 · Restart the daemon
         – node5 · 5 of 5 · Restart the daemon
         – Sound

         step "node3: Stop it": node3: exit 5: busy
         nothing left behind
         next: undo, on node3: service start
         next: undo, on node2: service start
         next: undo, on node1: service start
         next: mend what failed, then look: /ha status on pvfs"
    `)
  })

  test('is told node by node', async () => {
    const { bench, run, record } = await midway('failed')
    const told = (await bench.transcript(run)).split('\n').map(line => line.slice(23))
    expect(told.filter(line => /^(── |[▶✓✗] )/.test(line))).toMatchInlineSnapshot(`
      [
        "✓ restart  Restart the daemon · 0.0 s",
        "── node1 · 1 of 5 · Restart the daemon ──",
        "✓ restart.node1.calm  node1: The node is online · 0.0 s",
        "▶ restart.node1.stop  node1: Stop it · node1 · disruptive change · operation 01M7Z6M8NR58N2MAHA58N2MAHA-restart.node1.stop-node1-1",
        "✓ restart.node1.stop  node1: Stop it · 0.0 s",
        "✓ restart.node1.back  node1: It is back · 2.0 s",
        "✓ restart.node1  node1: Let it run for 30 s before node2 · 30 s",
        "── node2 · 2 of 5 · Restart the daemon ──",
        "✓ restart.node2.calm  node2: The node is online · 0.0 s",
        "▶ restart.node2.stop  node2: Stop it · node2 · disruptive change · operation 01M7Z6M8NR58N2MAHA58N2MAHA-restart.node2.stop-node2-1",
        "✓ restart.node2.stop  node2: Stop it · 0.0 s",
        "✓ restart.node2.back  node2: It is back · 2.0 s",
        "✓ restart.node2  node2: Let it run for 30 s before node3 · 30 s",
        "── node3 · 3 of 5 · Restart the daemon ──",
        "✓ restart.node3.calm  node3: The node is online · 0.0 s",
        "▶ restart.node3.stop  node3: Stop it · node3 · disruptive change · operation 01M7Z6M8NR58N2MAHA58N2MAHA-restart.node3.stop-node3-1",
        "✗ restart.node3.stop  node3: Stop it · failed in 0.0 s · node3: exit 5: busy",
      ]
    `)
    expect(summaryMarkdown(record)).toContain('**node** node3 · 3 of 5 · Restart the daemon')
  })
})
