import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { listFiles } from '../../../src/adapters/archive/bundle-files.ts'
import { continueChain, GENESIS } from '../../../src/runs/chain.ts'
import type { Entry, RunEvent } from '../../../src/runs/events.ts'
import { fold } from '../../../src/runs/fold.ts'
import { recordOf, requested } from '../../support/run-fixtures.ts'
import { createVault, type Vault, writeOutput } from '../../support/sealing.ts'
import { tale } from '../../support/tale.ts'

const OUTPUT = 'output/look.node4.out'
let vault: Vault
let folder: string

beforeEach(async () => {
  const { record, stored } = await tale()
  vault = await createVault(record, file => Buffer.from(stored.get(file) ?? ''))
  await vault.seal()
  folder = vault.folder()
  expect(await vault.wrong()).toEqual([])
})

async function change(file: string, how: (text: string) => string): Promise<void> {
  await writeFile(join(folder, file), how(await readFile(join(folder, file), 'utf8')))
}

/** What somebody does who can write the archive and has no key: makes SHA256SUMS fit. */
async function sumAnew(): Promise<void> {
  const { files } = await listFiles(folder)
  const listed = files.filter(file => file !== 'SEAL' && file !== 'SHA256SUMS')
  const lines = listed.map(async file => {
    const hash = createHash('sha256').update(await readFile(join(folder, file)))
    return `${hash.digest('hex')}  ${file}\n`
  })
  await writeFile(
    join(folder, 'SHA256SUMS'),
    (await Promise.all(lines)).sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join(''),
  )
}

async function writeEntries(lines: readonly string[]): Promise<void> {
  await writeFile(join(folder, 'events.ndjson'), lines.map(line => `${line}\n`).join(''))
}

async function entryLines(): Promise<string[]> {
  return (await readFile(join(folder, 'events.ndjson'), 'utf8')).trimEnd().split('\n')
}

/** The chain with other events in it, every hash made anew: whole in itself. */
function chained(events: readonly RunEvent[]): string[] {
  const entries: Entry[] = []
  for (const event of events) {
    const { run, number, requestedAt: at } = vault.record.state
    entries.push(
      ...continueChain(entries.at(-1) ?? { run, number, seq: 0, hash: GENESIS, at }, [event], at, 'bot@test'),
    )
  }
  return entries.map(entry => JSON.stringify(entry))
}

describe('what happens to the files of a sealed bundle is told by name', () => {
  test('a file that says something else, with the place where it does', async () => {
    await change('transcript.txt', text => text.replace('by Bo through slack', 'by Cy through slack'))
    await change('plan.json', text => text.replace('"risk": "disruptive"', '"risk": "read"'))
    await change('runbook.yaml', text => `${text}# more\n`)
    expect(await vault.wrong()).toEqual([
      expect.stringMatching(/^plan\.json: was altered: line \d+ says ".*read.*" instead of ".*disruptive.*"$/),
      'runbook.yaml: was altered: line 3 says "# more" instead of ""',
      expect.stringMatching(/^transcript\.txt: was altered: line \d+ says ".*by Cy.*" instead of ".*by Bo/),
    ])
  })

  test('outputs that were changed, taken away or added', async () => {
    await change(OUTPUT, text => text.replace('4 s behind', '0 s behind'))
    await rm(join(folder, 'output/look.node2.out'))
    await writeOutput(folder, 'output/look.node9.out', 'never happened\n')
    expect(await vault.wrong()).toEqual([
      'output/look.node2.out: is missing: the events tell of 80 bytes',
      `${OUTPUT}: was altered`,
      'output/look.node9.out: was added: it is not in SHA256SUMS',
    ])
    await sumAnew()
    expect(await vault.wrong()).toEqual([
      'SHA256SUMS: was altered: it is not the one that was sealed',
      'output/look.node2.out: is missing: the events tell of 80 bytes',
      `${OUTPUT}: is not what the events tell of: another SHA-256`,
      'output/look.node9.out: is an output that no event tells of',
    ])
  })

  test('files that are gone, and things that are no files', async () => {
    await rm(join(folder, 'summary.md'))
    await mkdir(join(folder, 'more'))
    await writeFile(join(folder, 'more/notes.txt'), 'a note')
    await rm(join(folder, 'replay.cast'))
    await symlink('/etc/hostname', join(folder, 'replay.cast'))
    expect(await vault.wrong()).toEqual([
      'replay.cast: is neither a file nor a folder: it does not belong here',
      'more/notes.txt: was added: it is not in SHA256SUMS',
      'replay.cast: is missing',
      'summary.md: is missing',
    ])
  })

  test('a seal that is gone, is of another run, or was made with another key', async () => {
    const stolen = await vault.copy()
    await rm(join(folder, 'SEAL'))
    expect(await vault.wrong()).toEqual(['SEAL: is not there: this bundle was never sealed, or the seal was removed'])
    await vault.seal('stranger')
    expect(await vault.wrong()).toEqual([
      'SEAL: is not signed by a key you trust: it was altered, or sealed with another key',
    ])
    const other = await createVault(recordOf(await requested('failover server3'), REFUSED), () => Buffer.alloc(0))
    await other.seal()
    await cp(join(other.folder(), 'SEAL'), join(stolen, 'SEAL'))
    expect(await vault.wrong(stolen)).toEqual(
      expect.arrayContaining([
        'SHA256SUMS: was altered: it is not the one that was sealed',
        `entry 3 to ${vault.record.entries.length}: is not covered by the seal, which ends with entry 2: it was added, or the run went on and is not sealed again yet`,
      ]),
    )
  })
})

const REFUSED: RunEvent = {
  type: 'refused',
  problems: [{ code: 'unknown-group', message: 'No group "server3" in pvfs.' }],
}

describe('what happens to the chain of a sealed bundle is told by entry', () => {
  test('an entry that says something else', async () => {
    await change('events.ndjson', text => text.replace('"reason":"looks right"', '"reason":"looks bad"'))
    const wrong = await vault.wrong()
    const seq = vault.record.entries.find(({ event }) => event.type === 'decided')?.seq
    expect(wrong).toContain(`entry ${seq}: was altered: what it says (decided) does not match its hash`)
    expect(wrong).toContain('events.ndjson: was altered')
  })

  test('every entry that is dropped', async () => {
    const lines = await entryLines()
    for (const [i] of lines.entries()) {
      await writeEntries(lines.filter((_, at) => at !== i))
      const what = i === lines.length - 1 ? `was cut off: the seal knows ${lines.length} entries` : 'is missing'
      expect(await vault.wrong()).toContain(`entry ${i + 1}: ${what}`)
    }
  })

  test('any tail that is cut off, and half a line', async () => {
    const lines = await entryLines()
    for (const keep of [0, 1, 2, lines.length - 2]) {
      await writeEntries(lines.slice(0, keep))
      expect(await vault.wrong()).toContain(
        `entry ${keep + 1} to ${lines.length}: was cut off: the seal knows ${lines.length} entries`,
      )
    }
    await writeFile(join(folder, 'events.ndjson'), lines.join('\n').slice(0, -20))
    expect(await vault.wrong()).toContain(`events.ndjson line ${lines.length}: is not an entry`)
  })

  test('any two that change places, and one that stands twice', async () => {
    const lines = await entryLines()
    const places = fc.integer({ min: 0, max: lines.length - 1 })
    await fc.assert(
      fc.asyncProperty(places, places, async (a, b) => {
        fc.pre(a < b)
        const swapped = lines.map((line, i) => (i === a ? (lines[b] ?? '') : i === b ? (lines[a] ?? '') : line))
        await writeEntries(swapped)
        expect(await vault.wrong()).toContain(`entry ${a + 1}: is out of order: it stands behind entry ${b + 1}`)
      }),
      { numRuns: 25 },
    )
    await writeEntries([...lines, lines[3] ?? ''])
    expect(await vault.wrong()).toContain('entry 4: stands there twice')
  })

  test('a chain that was written anew by somebody without the key, sums and all', async () => {
    const events = vault.record.entries.map(({ event }) => event)
    const other = events.map(event => (event.type === 'decided' ? { ...event, reason: 'never seen' } : event))
    for (const forged of [other, events.slice(0, -1), [...events, REFUSED]]) {
      const entries = chained(forged)
      await writeEntries(entries)
      await sumAnew()
      const wrong = await vault.wrong()
      expect(wrong).toContain('SHA256SUMS: was altered: it is not the one that was sealed')
      expect(wrong.filter(line => line.startsWith('entry'))).not.toEqual([])
    }
  })

  test('a decision about another plan than the one before it, although it was sealed', async () => {
    const events = vault.record.entries.map(({ event }) => event)
    const other = events.map(event => (event.type === 'decided' ? { ...event, digest: 'f'.repeat(64) } : event))
    const entries = chained(other).map(line => JSON.parse(line) as Entry)
    const odd = await createVault({ entries, state: fold(entries) }, () => Buffer.alloc(0))
    await odd.seal()
    const seq = entries.find(({ event }) => event.type === 'decided')?.seq
    expect(await odd.wrong()).toContain(
      `entry ${seq}: is a decision about a plan that was not the latest one (ffffffffffff)`,
    )
  })
})

describe('entries of somebody else', () => {
  const DEEP = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
  test.each([
    ['an event of another shape', '{"type":"execution-finished","stdout":null}'],
    ['a plan that is none', '{"type":"planned","plan":null,"digest":1}'],
    ['something nested without end', `{"type":"requested","request":${DEEP}}`],
    ['a gate without words', '{"type":"gate-opened"}'],
  ])('are told as altered, and nothing breaks: %s', async (_, event) => {
    const [first = '', ...rest] = await entryLines()
    await writeEntries([first, `{"seq":2,"hash":"x","prev":"y","event":${event}}`, ...rest.slice(1)])
    const wrong = await vault.wrong()
    expect(wrong.filter(line => line.startsWith('entry 2: was altered'))).toHaveLength(1)
    expect(wrong).toContain('events.ndjson: was altered')
    expect(wrong.filter(line => line.startsWith('output/'))).toEqual([])
  })
})

describe('a witness', () => {
  const head = () => vault.record.state.head

  test('that saw the same end, or an earlier one, agrees', async () => {
    const seen = await vault.verify(folder, { seq: vault.record.state.seq, hash: head().slice(0, 16) })
    expect(seen).toMatchObject({ faults: [], notes: [`the witness saw the same end, entry ${vault.record.state.seq}`] })
    const earlier = await vault.verify(folder, { hash: vault.record.entries[9]?.hash ?? '' })
    expect(earlier).toMatchObject({
      faults: [],
      notes: [`the witness saw entry 10; ${vault.record.state.seq - 10} more came after it`],
    })
  })

  test('finds out an older bundle that was put back, although its seal is good', async () => {
    const { entries, state } = vault.record
    const shorter = entries.slice(0, -1)
    const older = await createVault({ entries: shorter, state: fold(shorter) }, () => Buffer.alloc(0))
    for (const file of await readdir(join(folder, 'output')))
      await writeOutput(older.folder(), `output/${file}`, await readFile(join(folder, 'output', file)))
    await older.seal()
    expect(await older.wrong()).toEqual([])
    expect(await older.wrong(older.folder(), { seq: state.seq, hash: state.head })).toEqual([
      `entry ${state.seq}: was cut off: the witness knows entry ${state.seq}`,
    ])
    expect(await older.wrong(older.folder(), { hash: state.head })).toEqual([
      expect.stringContaining('that is not in this chain: it was cut or written anew'),
    ])
    expect(await vault.wrong(folder, { seq: 5, hash: '0'.repeat(64) })).toEqual([
      'entry 5: is not the one that the witness saw: the chain was written anew',
    ])
  })
})

describe('no single bit of a bundle', () => {
  /** Flips it, looks, and puts it back. */
  async function isFound(spoiled: Vault, file: string, bit: number): Promise<boolean> {
    const path = join(spoiled.folder(), file)
    const bytes = await readFile(path)
    const spoilt = Buffer.from(bytes)
    spoilt[bit >> 3] = (spoilt[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    await writeFile(path, spoilt)
    const { faults } = await spoiled.verify()
    await writeFile(path, bytes)
    return faults.length > 0
  }

  const refused = async () =>
    await createVault(recordOf(await requested('failover server3'), REFUSED), () => Buffer.alloc(0))
  const bundles = {
    'of a failover': { of: async () => vault, numRuns: 60 },
    'of a refusal': { of: refused, numRuns: 500 },
  }

  test.each(Object.entries(bundles))(
    '%s changes unseen, whatever file it is in',
    { timeout: 120_000 },
    async (_, { of, numRuns }) => {
      const spoiled = await of()
      await spoiled.seal()
      const { files } = await listFiles(spoiled.folder())
      const sizes = await Promise.all(files.map(async file => (await readFile(join(spoiled.folder(), file))).length))
      const flips = fc
        .nat({ max: files.length - 1 })
        .chain(i => fc.tuple(fc.constant(i), fc.nat({ max: (sizes[i] ?? 1) * 8 - 1 })))
      await fc.assert(
        fc.asyncProperty(flips, async ([i, bit]) => await isFound(spoiled, files[i] ?? '', bit)),
        { numRuns },
      )
    },
  )
})

test('a bundle that was moved elsewhere verifies there', async () => {
  const elsewhere = join(vault.archive, 'elsewhere')
  await rename(folder, elsewhere)
  expect(await vault.wrong(elsewhere)).toEqual([])
})
