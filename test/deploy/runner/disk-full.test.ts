import { execFileSync, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Node, sha256 } from './node.ts'
import { joined } from './reply.ts'
import { describeShells, type ShellName } from './shells.ts'

/** A small file system of its own needs root; it is seen by this computer and gone with the test. */
const mayMount = process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0

function nodeOn(shell: ShellName, options: string): () => Node {
  let node: Node | undefined
  const folder = join(tmpdir(), `ha-small-${randomUUID()}`)
  beforeAll(() => {
    mkdirSync(folder)
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', folder])
    node = new Node(shell, { under: folder })
  })
  afterAll(() => {
    node?.close()
    spawnSync('umount', ['-l', folder])
    rmSync(folder, { recursive: true, force: true })
  })
  return () => node ?? expect.fail('no node')
}

function fill(node: Node, leave = 0): void {
  const { bavail, bsize } = statfsSync(node.folder)
  writeFileSync(join(node.folder, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - leave)))
}

describe.skipIf(!mayMount && !process.env['CI'])(`a full disk${mayMount ? '' : ' (needs root)'}`, () => {
  describeShells('when it is full', shell => {
    const theNode = nodeOn(shell, 'size=400k')

    it('before the claim: nothing is claimed and nothing runs; with room again it is claimed', async () => {
      const node = theNode()
      const bundle = node.counted('unwritten')
      fill(node)
      expect((await node.claim('unwritten', bundle)).state).toMatchObject({ state: 'absent', why: 'space', won: '0' })
      expect((await node.ask('tombstone', { op: 'other' })).state).toMatchObject({ state: 'absent', why: 'space' })
      rmSync(join(node.folder, 'filler'))
      expect((await node.claim('unwritten', bundle)).state).toMatchObject({ state: 'done', rc: '0', won: '1' })
      expect(node.executions('unwritten')).toBe(1)
    })

    it.each([4_096, 8_192, 12_288, 16_384])('but for %i bytes: it is refused or runs, and never both', async room => {
      const node = theNode()
      const op = `room-${room}`
      const tight = node.counted(op)
      fill(node, room)
      const { state, text } = await node.claim(op, tight)
      rmSync(join(node.folder, 'filler'))
      const again = await node.claim(op, tight)
      expect(`${state['state']}-${state['why']}`, text).toMatch(/^(refused-space|absent-space|done--)$/)
      if (state['state'] !== 'absent') expect(again.state['state'], `${text}${again.text}`).toBe(state['state'])
      // Its list of executions is on the same disk; what the node says of its end is compared instead.
      if (state['state'] === 'refused') expect(node.executions(op), text).toBe(0)
      expect(node.executions(op)).toBeLessThanOrEqual(1)
    })

    it('during the output: the change goes on, and its exit and the output that there was room for are kept', async () => {
      const node = theNode()
      const later = node.counted('later', 'head -c 1000000 /dev/zero; echo $?\n')
      const { state, out, text } = await node.claim('later', later)
      expect(state, text).toMatchObject({ state: 'done', sig: '-' })
      const bytes = joined(out)
      expect(bytes.length).toBeGreaterThan(100_000)
      expect(state).toMatchObject({ out: `${bytes.length}`, outsha: sha256(bytes) })
      expect(node.executions('later')).toBe(1)
    })
  })

  describeShells(
    'when there is no room for another file',
    shell => {
      const theNode = nodeOn(shell, 'size=4m,nr_inodes=60')

      it('anywhere on the way: it never runs twice, and never unrecorded', { timeout: 120_000 }, async () => {
        const node = theNode()
        const seen: string[] = []
        for (let free = 0; free < 18; free++) {
          const op = `inodes-${free}`
          const bundle = node.counted(op)
          await node.ask('list')
          const fillers = takeInodes(node, free)
          const { state, text } = await node.claim(op, bundle)
          for (const file of fillers) rmSync(file)
          seen.push(`${state['state']}-${state['why']}`)
          expect(seen.at(-1), text).toMatch(/^(absent-space|refused-space|refused-launch|done--)$/)
          expect(node.executions(op), text).toBe(state['state'] === 'done' ? 1 : 0)
          rmSync(node.file(op, ''), { recursive: true, force: true })
          rmSync(join(node.ledger, 'bundles', `b-${bundle.sha}`))
        }
        expect(seen.at(-1)).toBe('done--')
        expect(seen[0]).toBe('absent-space')
      })
    },
    ['dash', 'busybox sh'],
  )
})

/** Leaves room for so many files. */
function takeInodes(node: Node, free: number): string[] {
  const files: string[] = []
  for (let index = 0; statfsSync(node.folder).ffree > free; index++) {
    files.push(join(node.folder, `file-${index}`))
    writeFileSync(files.at(-1) ?? '', '')
  }
  return files
}
