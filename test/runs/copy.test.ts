import { describe, expect, test } from 'vitest'
import { cardText } from '../../src/transcripts/card-text.ts'
import { viewOf } from '../../src/transcripts/view-of.ts'
import { libraryWith } from '../support/bench-parts.ts'
import { createBench } from '../support/run-bench.ts'
import { exited } from '../support/scripted-shell.ts'

const RUNBOOK = `apiVersion: ha/v1
name: install-config
version: 1.0.0
stack: pacemaker
summary: Put the configuration in place
command: install config
risk: disruptive
steps:
  - { id: quorate, check: cluster.quorate }
  - { id: agree, approve: Put ha.cf in place? }
  - id: put
    name: Put ha.cf in place
    copy: { source: pvfs/ha.cf, to: /etc/ha.d/ha.cf, owner: 'root:haclient', mode: '0640', backup: /var/backups/ha }
    hosts: "['node1', 'node2']"
`
const DIFFERENCE = '--- /etc/ha.d/ha.cf now\n+++ pvfs/ha.cf\n@@ -1 +1 @@\n-deadtime 10\n+deadtime 30\n'

async function planned(files: Record<string, string> = { 'pvfs/ha.cf': 'deadtime 30\n' }) {
  const bench = await createBench({ library: await libraryWith(RUNBOOK), files })
  const run = await bench.request('install config')
  const stdin: string[] = []
  const shown = (node: string, text: string) => ({
    node,
    script: 'diff -u',
    result: (execution: { stdin?: Uint8Array }) => {
      stdin.push(Buffer.from(execution.stdin ?? []).toString())
      return exited(0, text)
    },
  })
  bench.shell.expect(shown('node1', DIFFERENCE), shown('node2', '/etc/ha.d/ha.cf: the text is the same\n'))
  return { bench, run, files, stdin, state: await bench.leg(run, 1) }
}

const put = (node: string, result = exited(0)) => ({
  node,
  script: "<<'HA_BOT_END'\ndeadtime 30\nHA_BOT_END\n",
  result,
})

describe('a `copy`', () => {
  test('shows what would change on each node before it asks', async () => {
    const { bench, run, state, stdin } = await planned()
    bench.shell.verify()
    expect(stdin).toEqual(['deadtime 30\n', 'deadtime 30\n'])
    expect(state.plan?.steps.map(step => step.id)).toEqual(['quorate', 'put.now', 'agree', 'put'])
    const record = await bench.journal.load(run)
    if (!record) throw new Error('no record')
    expect(cardText(viewOf(record, state.updatedAt))).toMatchInlineSnapshot(`
      "⏸  Install config  ·  #42 · pvfs · 14:02:11 UTC
         Ana asked: /ha install config

         What happens    Put ha.cf in place?
         Put ha.cf in place: what would change · node1
                         --- /etc/ha.d/ha.cf now
                         +++ pvfs/ha.cf
                         @@ -1 +1 @@
                         -deadtime 10
                         +deadtime 30
         Put ha.cf in place: what would change · node2
                         /etc/ha.d/ha.cf: the text is the same
         State           5 of 5 online · quorate · settled · no failures · fencing on (5 of 5 nodes covered) · read 2 s ago from node1, node4
         Approve         1 of oncall besides Ana · until 14:17:11 UTC (15 min, then nothing runs)
         Runbook         pacemaker/install-config 1.0.0 · plan 9551 e329 2aac

         Put ha.cf in place · node1, node2 · disruptive · at most 1 min · undo: if [ -f '/var/backups/ha/ha.cf.01M7Z6M8NR58N2MAHA58N2MAHA-put.absent' ]; then rm -f '/etc/ha.d/ha.cf'; else cp -p '/var/backups/ha/ha.cf.01M7Z6M8NR58N2MAHA58N2MAHA-put' '/etc/ha.d/ha.cf.ha-bot-new' && mv -f '/etc/ha.d/ha.cf.ha-bot-new' '/etc/ha.d/ha.cf'; fi
           $ # put pvfs/ha.cf at $to: 1 line, 12 bytes, owner $owner, mode $mode
           # what is there now is kept as $kept
           # written beside it, held against $sum, and renamed
             to=/etc/ha.d/ha.cf owner=root:haclient mode=0640 kept=/var/backups/ha/ha.cf.01M7Z6M8NR58N2MAHA58N2MAHA-put sum=362801067 12"
    `)
  })

  test('puts the text that was approved, node by node, and offers to put back what was there', async () => {
    const { bench, run } = await planned()
    await bench.decide(run, 'bo')
    bench.shell.expect(put('node1'), put('node2', exited(1, '', 'disk full\n')))
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(bench.operations.asked).toEqual(['begin node1', 'begin node2'])
    expect(state.finished?.outcome).toBe('failed')
    expect(state.undo).toMatchObject([{ step: 'put', hosts: ['node1', 'node2'] }])
    expect(state.plan?.steps[3]).toMatchObject({ values: { kept: `/var/backups/ha/ha.cf.${run}-put` } })
  })

  test('keeps the text out of the journal: the plan names the file and its SHA-256', async () => {
    const { bench, run } = await planned({
      'pvfs/ha.cf': 'deadtime 30\nstonith_host * external/ipmi n1 192.0.2.1 ha seldom-said lan\n',
    })
    await bench.decide(run, 'bo')
    bench.shell.expect(...['node1', 'node2'].map(node => ({ node, script: 'ha seldom-said lan', result: exited(0) })))
    await bench.leg(run, 2)
    bench.shell.verify()
    const record = JSON.stringify(await bench.journal.load(run))
    expect(record).toContain('"file":{"source":"pvfs/ha.cf","sha256":"')
    expect(record).not.toContain('seldom-said')
  })

  test('sends nothing when the file was changed after the last look at the plan', async () => {
    let text = 'deadtime 30\n'
    const files = {
      get 'pvfs/ha.cf'() {
        return text
      },
    }
    const { bench, run } = await planned(files)
    await bench.decide(run, 'bo')
    const { differences } = bench.worker.ports
    Object.assign(bench.worker.ports, {
      differences: async (...asked: Parameters<typeof differences>) => {
        const found = await differences(...asked)
        text = 'deadtime 31\n'
        return found
      },
    })
    const state = await bench.leg(run, 2)
    expect(bench.operations.asked).toEqual([])
    expect(state.finished?.outcome).toBe('failed')
    expect(state.finished?.summary).toContain('node1: nothing was sent there. The file pvfs/ha.cf was changed')
  })

  test('asks anew when the file was changed after the approval', async () => {
    const { bench, run, files } = await planned()
    await bench.decide(run, 'bo')
    files['pvfs/ha.cf'] = 'deadtime 31\n'
    bench.shell.expect(...['node1', 'node2'].map(node => ({ node, script: 'diff -u', result: exited(0, DIFFERENCE) })))
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.drift).toEqual(['"Put ha.cf in place" would be done with other values'])
  })

  test('of what is no text is refused before anybody is asked', async () => {
    const bench = await createBench({ library: await libraryWith(RUNBOOK), files: { 'pvfs/ha.cf': 'a\0b' } })
    const state = await bench.leg(await bench.request('install config'), 1)
    expect(state.problems).toMatchObject([
      { message: 'The file pvfs/ha.cf is not a text: it holds NUL bytes.', stillTrue: 'Nothing was changed.' },
    ])
  })
})
