import { execFile } from 'node:child_process'
import { access, appendFile, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { continueChain } from '../../../src/runs/chain.ts'
import type { RunEvent } from '../../../src/runs/events.ts'
import { apply, fold } from '../../../src/runs/fold.ts'
import type { RunRecord } from '../../../src/runs/state.ts'
import { BUNDLE, eventsText } from '../../../src/transcripts/bundle.ts'
import { outputRefs } from '../../../src/transcripts/output-refs.ts'
import { attest, speaker } from '../../support/bench-parts.ts'
import { approvedFailover, clear, move } from '../../support/failover.ts'
import { createBench } from '../../support/run-bench.ts'
import { ASKED_AT, recordOf, requested } from '../../support/run-fixtures.ts'
import { createVault, type Vault, WORKER_PUB, writeOutput } from '../../support/sealing.ts'
import { tale } from '../../support/tale.ts'

const command = promisify(execFile)

async function toldVault(): Promise<Vault> {
  const { record, stored } = await tale()
  return await createVault(record, file => Buffer.from(stored.get(file) ?? ''))
}

/** The run after one more thing happened to it. */
function withMore(record: RunRecord, event: RunEvent): RunRecord {
  const { run, number, seq, head: hash, updatedAt: at } = record.state
  const entries = continueChain({ run, number, seq, hash, at }, [event], at + 1000, 'bot@test')
  return { entries: [...record.entries, ...entries], state: entries.reduce(apply, record.state) }
}

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

const resumed = async (): Promise<RunEvent> => ({
  ...{ type: 'resumed', speaker: speaker('bo'), reason: 'look again', attestation: await attest('', ASKED_AT) },
})

describe('a sealed bundle', () => {
  test('holds everything that is promised, and verifies', async () => {
    const vault = await toldVault()
    expect(await vault.seal()).toEqual({ kind: 'sealed', damaged: [], altered: [] })
    expect((await readdir(vault.folder())).sort()).toEqual([...Object.values(BUNDLE), 'output'].sort())
    const verdict = await vault.verify()
    expect(verdict).toMatchObject({ faults: [], notes: [] })
    const { seq, head } = vault.record.state
    expect(verdict.statement).toMatchObject({ number: 42, seq, head, by: 'worker@test:1' })
    expect(await readdir(join(vault.archive, '.sealing'))).toEqual([])
  })

  test('can be verified with what every system has: sha256sum and openssl', async () => {
    const vault = await toldVault()
    await vault.seal()
    const cwd = vault.folder()
    await command('sha256sum', ['--quiet', '--strict', '-c', 'SHA256SUMS'], { cwd })
    await writeFile(join(vault.archive, 'worker.pub'), WORKER_PUB)
    const script = `set -e
      head -n 1 SEAL >../statement
      sed -n 's/^ed25519 //p' SEAL | base64 -d >../signature
      openssl pkeyutl -verify -pubin -inkey "$0" -rawin -in ../statement -sigfile ../signature
      sha256sum SHA256SUMS`
    const { stdout } = await command('sh', ['-c', script, join(vault.archive, 'worker.pub')], { cwd })
    expect(stdout).toContain('Signature Verified Successfully')
    const sums = /^([0-9a-f]{64}) {2}SHA256SUMS$/m.exec(stdout)?.[1] ?? 'none'
    expect(await readFile(join(cwd, 'SEAL'), 'utf8')).toContain(`"sums":"${sums}"`)
  })

  test('of a run that was carried out by the real engine verifies', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(move(), clear())
    await bench.leg(run, 2)
    const record = await bench.journal.load(run)
    if (!record) throw new Error('no run')
    const { state } = record
    const vault = await createVault(
      record,
      async file => (await bench.outputs.read(run, state.number, file, 1 << 20)).bytes,
    )
    expect(await vault.seal()).toEqual({ kind: 'sealed', damaged: [], altered: [] })
    expect(await vault.wrong()).toEqual([])
    expect(outputRefs(record).length).toBeGreaterThan(0)
  })

  test('of a request that was refused has no plan, and verifies', async () => {
    const refused: RunEvent = {
      type: 'refused',
      problems: [{ code: 'unknown-group', message: 'No group "x" in pvfs.' }],
    }
    const vault = await createVault(recordOf(await requested('failover x'), refused), () => Buffer.alloc(0))
    await vault.seal()
    expect(await readdir(vault.folder())).not.toContain('plan.json')
    expect(await vault.wrong()).toEqual([])
  })
})

describe('sealing', () => {
  test('leaves a run alone that has not ended', async () => {
    const vault = await createVault(recordOf(await requested()), () => Buffer.alloc(0))
    expect(await vault.seal()).toEqual({ kind: 'open' })
    expect(await isThere(join(vault.folder(), 'SEAL'))).toBe(false)
  })

  test('is repeated without a change, and done anew after a run has gone on', async () => {
    const vault = await toldVault()
    await vault.seal()
    const first = await readFile(join(vault.folder(), 'SEAL'), 'utf8')
    expect(await vault.seal()).toEqual({ kind: 'already' })
    const ended = vault.record.entries.find(({ event }) => event.type === 'finished')?.event
    if (!ended) throw new Error('it has ended')
    vault.record = withMore(withMore(vault.record, await resumed()), ended)
    await writeFile(join(vault.folder(), 'events.ndjson'), eventsText(vault.record))
    const count = vault.record.entries.length
    expect((await vault.wrong())[0]).toContain(`entry ${count - 1} to ${count}: is not covered by the seal`)
    expect(await vault.seal()).toEqual({ kind: 'sealed', damaged: [], altered: [] })
    expect(await vault.wrong()).toEqual([])
    expect(await readFile(join(vault.folder(), 'SEAL'), 'utf8')).not.toBe(first)
  })

  test('makes one clean list of entries out of what crashes and takeovers left', async () => {
    const vault = await toldVault()
    const [one = '', two = '', ...rest] = eventsText(vault.record).trimEnd().split('\n')
    await mkdir(vault.folder(), { recursive: true })
    await writeFile(join(vault.folder(), 'events.ndjson'), [two, one, one, '{"torn":', ...rest.slice(0, -1)].join('\n'))
    await vault.seal()
    expect(await readFile(join(vault.folder(), 'events.ndjson'), 'utf8')).toBe(eventsText(vault.record))
    expect(await vault.wrong()).toEqual([])
  })

  test('removes output that only a dead worker knew of, and nothing else', async () => {
    const vault = await toldVault()
    await writeOutput(vault.folder(), 'output/look.node1.2.out', 'half a l')
    await writeFile(join(vault.folder(), 'notes.txt'), 'from a person')
    await vault.seal()
    expect(await readdir(join(vault.folder(), 'output'))).not.toContain('look.node1.2.out')
    expect(await vault.wrong()).toEqual(['notes.txt: was added: it is not in SHA256SUMS'])
  })

  test('says which outputs are not as they were stored, and does not hide it', async () => {
    const vault = await toldVault()
    await writeOutput(vault.folder(), 'output/look.node4.out', 'something else')
    expect(await vault.seal()).toEqual({ kind: 'sealed', damaged: ['output/look.node4.out'], altered: [] })
    expect(await vault.wrong()).toEqual(['output/look.node4.out: is not what the events tell of: another SHA-256'])
  })

  test('says which files were altered below their seal when it writes them anew', async () => {
    const vault = await toldVault()
    await vault.seal()
    await appendFile(join(vault.folder(), 'transcript.txt'), 'nothing to see here\n')
    await rm(join(vault.folder(), 'summary.md'))
    const wrong = await vault.wrong()
    expect(wrong.join('\n')).toContain('transcript.txt')
    const sealed = await vault.seal()
    expect(sealed).toEqual({ kind: 'sealed', damaged: [], altered: ['summary.md', 'transcript.txt'] })
    expect(await vault.wrong()).toEqual([])
  })

  test('never makes a longer bundle shorter: a journal that forgot something seals nothing', async () => {
    const vault = await toldVault()
    await vault.seal()
    const shorter = vault.record.entries.slice(0, -1)
    vault.record = { entries: shorter, state: fold(shorter) }
    expect(await vault.seal()).toEqual({ kind: 'open' })
    expect(await vault.wrong()).toEqual([])
  })

  test('by several workers at once ends with a bundle that verifies', async () => {
    const vault = await toldVault()
    const outcomes = await Promise.all([vault.seal(), vault.seal(), vault.seal()])
    expect(outcomes.map(({ kind }) => kind)).toContain('sealed')
    expect(await vault.wrong()).toEqual([])
  })

  test('that ends half-way leaves a bundle without a seal, never with one that does not fit, and is made up for', async () => {
    const vault = await toldVault()
    await vault.seal()
    const ended = vault.record.entries.find(({ event }) => event.type === 'finished')?.event
    if (!ended) throw new Error('it has ended')
    vault.record = withMore(withMore(vault.record, await resumed()), ended)
    await writeFile(join(vault.folder(), 'events.ndjson'), eventsText(vault.record))
    // A folder stands where the file must go: as with a full disk, it goes no further than this.
    await rm(join(vault.folder(), 'summary.md'))
    await mkdir(join(vault.folder(), 'summary.md/in-the-way'), { recursive: true })
    await expect(vault.seal()).rejects.toThrow()
    expect(await isThere(join(vault.folder(), 'SEAL'))).toBe(false)
    expect(await vault.wrong()).toContain('SEAL: is not there: this bundle was never sealed, or the seal was removed')
    await rm(join(vault.folder(), 'summary.md'), { recursive: true })
    expect(await vault.seal()).toEqual({ kind: 'sealed', damaged: [], altered: [] })
    expect(await vault.wrong()).toEqual([])
  })

  test('removes what a dead worker left on the way into a bundle, once it is old', async () => {
    const vault = await toldVault()
    const [old, young] = ['old', 'young'].map(name => join(vault.archive, '.sealing', name)) as [string, string]
    for (const folder of [old, young]) await mkdir(folder, { recursive: true })
    await utimes(old, 0, 0)
    await vault.seal()
    expect(await readdir(join(vault.archive, '.sealing'))).toEqual(['young'])
  })

  test('of entries that came behind its back does not pass for sealed', async () => {
    const vault = await toldVault()
    await vault.seal()
    const more = withMore(vault.record, await resumed())
    await appendFile(join(vault.folder(), 'events.ndjson'), `${JSON.stringify(more.entries.at(-1))}\n`)
    expect(await vault.wrong()).toContain(
      `entry ${more.entries.length}: is not covered by the seal, which ends with entry ${more.entries.length - 1}: it was added, or the run went on and is not sealed again yet`,
    )
  })
})
