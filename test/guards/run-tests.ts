import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Copy } from './copy.ts'
import { endAllIn } from './left-behind.ts'

export interface TestResult {
  /** Relative to the checkout. */
  readonly file: string
  readonly name: string
  readonly status: string
  /** First line of why it failed. */
  readonly message: string
}

export interface Ended {
  readonly exitCode: number
  readonly results: readonly TestResult[]
  /** End of what vitest said. */
  readonly log: string
}

const LOG_LINES = 15
const MESSAGE_LENGTH = 160

/** Runs those tests of these files whose name holds one of the titles, in the copy, and ends whatever they leave behind. */
export async function runTests(
  copy: Copy,
  files: readonly string[],
  titles: readonly string[],
  limitMs: number,
): Promise<Ended> {
  const { folder, scratch } = copy
  const [report, log] = [join(folder, 'report.json'), join(folder, 'report.log')]
  writeFileSync(report, '')
  const pattern = titles.map(title => title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
  const words = ['run', '-t', pattern, '--bail=0', '--reporter=json', `--outputFile=${report}`, ...files]
  const out = openSync(log, 'w')
  const child = spawn(process.execPath, [join(folder, 'node_modules/vitest/vitest.mjs'), ...words], {
    cwd: folder,
    env: { ...process.env, TMPDIR: scratch, HA_GUARDS: folder, NO_COLOR: '1' },
    stdio: ['ignore', out, out],
    detached: true,
  })
  const exitCode = await endOf(child, limitMs)
  closeSync(out)
  endAllIn(folder)
  const ended = { exitCode, results: resultsIn(report, folder), log: lastLines(log) }
  copy.sweep()
  return ended
}

async function endOf(child: ChildProcess, limitMs: number): Promise<number> {
  return await new Promise<number>(resolve => {
    const limit = setTimeout(() => child.kill('SIGKILL'), limitMs)
    child.on('error', () => resolve(-1))
    child.on('exit', code => {
      clearTimeout(limit)
      resolve(code ?? -1)
    })
  })
}

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly {
      readonly status: string
      readonly fullName: string
      readonly failureMessages?: readonly string[]
    }[]
  }[]
}

function resultsIn(file: string, folder: string): TestResult[] {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report
    return report.testResults.flatMap(of =>
      of.assertionResults.map(one => ({
        file: of.name.replace(`${folder}/`, ''),
        name: one.fullName,
        status: one.status,
        message: (one.failureMessages?.[0]?.split('\n')[0] ?? '').slice(0, MESSAGE_LENGTH),
      })),
    )
  } catch {
    return []
  }
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LOG_LINES).join('\n')
}
