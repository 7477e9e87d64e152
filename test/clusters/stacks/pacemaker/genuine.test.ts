import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { genuine } from '../../fixtures/make-fixtures.ts'
import { SCENARIOS } from '../../fixtures/scenarios.ts'
import { committed, FIXTURE_NAMES } from '../../reading.ts'

/** The version that made the committed answers; another words some of them differently. */
const VERSION = 'Pacemaker 2.1.5'

function installed(): string {
  try {
    return execFileSync('crm_mon', ['--version'], { encoding: 'utf8' }).split('\n', 1)[0] ?? ''
  } catch {
    return 'none'
  }
}

const version = installed()
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ha-genuine-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

it('every scenario has its committed answers, and none is left over', () => {
  expect(FIXTURE_NAMES).toEqual(Object.keys(SCENARIOS).sort())
})

describe.skipIf(version !== VERSION && !process.env['CI'])(
  `the fixtures are what ${VERSION} answers (installed: ${version})`,
  () => {
    it.concurrent.each(Object.entries(SCENARIOS))(
      '%s',
      async (name, spec) => {
        const fresh = await genuine(name, spec, folder)
        expect(fresh.cib).toBe(committed(name, 'cib.xml'))
        expect(fresh.crmMon).toBe(committed(name, 'crm_mon.xml'))
        expect(fresh.text).toBe(committed(name, 'crm_mon.txt'))
        expect(fresh.locate).toBe(committed(name, 'locate.txt'))
        expect(fresh.digest).toBe(committed(name, 'digest.txt'))
      },
      30_000,
    )
  },
)
