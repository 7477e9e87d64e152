import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runFolder } from '../../src/adapters/archive/folders.ts'
import { eventually } from '../support/redis.ts'
import { fastWorld } from '../support/stage.ts'
import { type Ran, start } from './child.ts'
import { begun, carrierOf, changeOf, finished, hasPrinted, RUN_MS, TEST_MS } from './survival-looks.ts'
import { survivalStageFor } from './survival-stage.ts'

type Spoil = (folder: string) => Promise<void>

describe('the bundle of a run that two workers have carried', () => {
  const stage = survivalStageFor({ world: fastWorld })
  let bundle = ''
  let output = ''

  it(
    'is sealed, and `ha verify` finds it unaltered with nothing but the folder and a public key',
    async () => {
      const workers = await Promise.all([stage().start('worker'), stage().start('worker')])
      const number = await begun(stage(), 'slow handed for 4')
      await hasPrinted(stage(), 'line 2 of handed')
      const leaver = await carrierOf(stage(), number, workers)
      await leaver.close()
      const record = await finished(stage(), number)
      expect(
        new Set(record.entries.flatMap(({ event }) => (event.type === 'leg-started' ? [event.worker] : []))).size,
      ).toBe(2)
      bundle = runFolder(stage().core.config.archive, record.state.run, number)
      output = changeOf(record, 'first')?.stdout?.file ?? ''
      const verdict = await eventually(async () => {
        const ran = await verify(bundle)
        return ran.code === 0 ? ran : undefined
      }, RUN_MS)
      expect(verdict).toMatchObject({ stderr: '', stdout: expect.stringContaining('✓ unaltered  run #1') })
    },
    TEST_MS,
  )

  it.each<[string, Spoil, () => RegExp]>([
    ['one bit flipped', inEvents(flipped), () => /^ {2}entry 9: was altered/m],
    ['one event dropped', inEvents(lines => lines.toSpliced(8, 1)), () => /^ {2}entry 9: is missing/m],
    ['two events swapped', inEvents(swapped), () => /^ {2}entry (9|10): /m],
    [
      'the tail cut off',
      inEvents(lines => lines.slice(0, -3)),
      () => /^ {2}entr\S+ \d+.*: was cut off: the seal knows \d+/m,
    ],
    [
      'one output file changed',
      async folder => {
        const text = await readFile(join(folder, output), 'utf8')
        await writeFile(join(folder, output), text.replace('line 2', 'line 7'))
      },
      () => new RegExp(`^ {2}${output}: was altered`, 'm'),
    ],
  ])(
    'after %s: `ha verify` says which, and exits with 1',
    async (what, spoil, says) => {
      const folder = join(stage().folder, what.replaceAll(' ', '-'))
      await cp(bundle, folder, { recursive: true })
      await spoil(folder)
      const { code, stdout, stderr } = await verify(folder)
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
      expect(stdout).toContain('✗ ALTERED  run #1')
      expect(stdout).toMatch(says())
    },
    TEST_MS,
  )

  /** As an auditor would: another process, no configuration, no Redis. */
  async function verify(folder: string): Promise<Ran> {
    const key = join(stage().folder, 'keys', 'trusted', 'worker.pub')
    const nowhere = { HA_CONFIG: join(stage().folder, 'none.yaml'), HOME: join(stage().folder, 'nobody') }
    return await start('src/cli.ts', ['verify', folder, '--key', key], nowhere).ended
  }
})

function inEvents(change: (lines: readonly string[]) => readonly string[]): Spoil {
  return async folder => {
    const file = join(folder, 'events.ndjson')
    const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1)
    await writeFile(
      file,
      change(lines)
        .map(line => `${line}\n`)
        .join(''),
    )
  }
}

/** One bit of the time in entry 9: a digit becomes its neighbour. */
function flipped(lines: readonly string[]): readonly string[] {
  const flip = (digit: string) => String.fromCharCode(digit.charCodeAt(0) ^ 1)
  const at = /("at":\d+)(\d)/
  return lines.map((line, i) =>
    i === 8 ? line.replace(at, (_, before: string, digit: string) => before + flip(digit)) : line,
  )
}

function swapped(lines: readonly string[]): readonly string[] {
  const [one = '', two = ''] = lines.slice(8, 10)
  return lines.toSpliced(8, 2, two, one)
}
