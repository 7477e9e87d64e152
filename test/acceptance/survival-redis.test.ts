import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fastWorld } from '../support/stage.ts'
import {
  at,
  begun,
  changeOf,
  executions,
  finished,
  hasPrinted,
  outputOf,
  recorded,
  runWhen,
  TEST_MS,
  waiting,
} from './survival-looks.ts'
import type { Part } from './survival-part.ts'
import { linesOf } from './survival-runbooks.ts'
import { survivalStageFor } from './survival-stage.ts'
import { ha } from './terminal.ts'

describe('when what holds a run together breaks in the middle of a change', () => {
  const stage = survivalStageFor({ world: fastWorld })

  let worker: Part | undefined
  async function oneWorker(): Promise<Part> {
    worker ??= await stage().start('worker')
    return worker
  }

  /** The change was executed once and the run has come to its end, with every line. */
  async function isWhole(number: number, tag: string, seconds: number): Promise<void> {
    const record = await finished(stage(), number)
    expect(record.state.finished?.outcome).toBe('succeeded')
    expect(await executions(stage(), tag)).toEqual([`${tag} first`, `${tag} second`])
    expect(await outputOf(stage(), record, 'first')).toBe(linesOf(tag, seconds))
    expect(changeOf(record, 'first')).toMatchObject({ outcome: 'succeeded', exitCode: 0, complete: true })
    const transcript = await ha(['transcript', String(number)], stage().env)
    const said = transcript.stdout.split('\n').flatMap(line => /line \d+ of .*$/.exec(line)?.[0] ?? [])
    expect(`${said.join('\n')}\n`).toContain(linesOf(tag, seconds))
    const onRecord = (await recorded(stage())).filter(one => one.number === number)
    expect(onRecord.map(({ step, state }) => `${step} ${state}`)).toEqual(['first done', 'second done'])
  }

  it(
    'the SSH connection cut, twice, and the node not to be reached for a while: the change goes on and is followed to its end',
    async () => {
      await oneWorker()
      const { control } = stage().world
      const number = await begun(stage(), 'slow cut for 8')
      for (const line of ['line 1 of cut', 'line 2 of cut']) {
        await hasPrinted(stage(), line)
        control.dropConnections('node1')
      }
      await control.stopSsh('node1')
      await hasPrinted(stage(), 'line 6 of cut')
      await control.startSsh('node1')
      await isWhole(number, 'cut', 8)
    },
    TEST_MS,
  )

  it(
    'Redis killed and started again over its own files: the run goes on where it was',
    async () => {
      await oneWorker()
      const number = await begun(stage(), 'slow restarted for 8')
      await hasPrinted(stage(), 'line 2 of restarted')
      await stage().redis.kill()
      await hasPrinted(stage(), 'line 5 of restarted')
      await stage().redis.start()
      await isWhole(number, 'restarted', 8)
    },
    TEST_MS,
  )

  /** The restored run has told the true result of the change and begun nothing since; `resume` carries it to its end. */
  async function waitsAndResumes(number: number, tag: string, seconds: number): Promise<void> {
    const record = await finished(stage(), number)
    expect(record.state).toMatchObject({ restored: true, finished: { outcome: 'unknown' } })
    expect(changeOf(record, 'first')).toMatchObject({ outcome: 'succeeded', exitCode: 0, complete: true })
    expect(await outputOf(stage(), record, 'first')).toBe(linesOf(tag, seconds))
    expect(await executions(stage(), tag)).toEqual([`${tag} first`])

    expect(await at(stage(), 'bo', 'resume', String(number))).toMatchObject({ code: 0 })
    const after = await runWhen(
      stage(),
      number,
      ({ state }) => state.phase === 'finished' && state.resumes.length > 0,
      'the end after the resume',
    )
    expect(after.state.finished?.outcome).toBe('succeeded')
    expect(await executions(stage(), tag)).toEqual([`${tag} first`, `${tag} second`])
  }

  it(
    'Redis emptied: the run is restored from the archive with the true result of its change, and waits for a person',
    async () => {
      await oneWorker()
      const number = await begun(stage(), 'slow emptied for 6')
      await hasPrinted(stage(), 'line 2 of emptied')
      await stage().core.redis.redis.flushall()
      await waitsAndResumes(number, 'emptied', 6)
    },
    TEST_MS,
  )

  it(
    'Redis rolled back to before the approval, and the worker gone with it: the same, and the approval is not forgotten',
    async () => {
      const victim = await oneWorker()
      const { redis, folder } = stage()
      const number = await waiting(stage(), 'slow older for 6')
      const older = join(folder, 'older')
      await cp(redis.folder, older, { recursive: true })
      expect(await at(stage(), 'bo', 'approve', String(number))).toMatchObject({ code: 0 })
      await hasPrinted(stage(), 'line 2 of older')
      await Promise.all([victim.kill(), redis.kill()])
      await rm(redis.folder, { recursive: true })
      await cp(older, redis.folder, { recursive: true })
      await redis.start()
      worker = await stage().start('worker')
      await waitsAndResumes(number, 'older', 6)
      const { state } = await finished(stage(), number)
      expect(state.gates.map(({ result }) => result)).toEqual(['approved'])
    },
    TEST_MS,
  )

  it(
    'Redis emptied and the archive gone: nobody knows the run any more, but its node does, and `ha recover` lists it',
    async () => {
      await oneWorker()
      const number = await begun(stage(), 'slow alone for 4')
      const record = await runWhen(stage(), number, ({ state }) => state.steps['first'] !== undefined, 'the change')
      await hasPrinted(stage(), 'line 2 of alone')
      await rm(stage().core.config.archive, { recursive: true })
      await stage().core.redis.redis.flushall()
      await hasPrinted(stage(), 'line 4 of alone')
      const { run } = record.state
      const last = await runWhenRecorded(run)
      expect(last).toEqual([{ node: 'node1', step: 'first', state: 'done', exitCode: 0, known: 'nobody' }])
      expect(await executions(stage(), 'alone')).toEqual(['alone first'])
      const text = await ha(['recover', 'pvfs'], stage().env)
      expect(text.stdout).toMatch(
        new RegExp(`node1\\s+#${number}\\s+first\\s+done\\s+0\\s+.*nobody else knows this run`),
      )
      const next = await begun(stage(), 'slow anew for 1')
      expect((await finished(stage(), next)).state.finished?.outcome).toBe('succeeded')
      expect(await executions(stage(), 'alone')).toEqual(['alone first'])
    },
    TEST_MS,
  )

  /** What is on record of a run once all of it has ended. */
  async function runWhenRecorded(run: string) {
    for (;;) {
      const found = (await recorded(stage())).filter(one => one.run === run)
      if (found.length > 0 && found.every(({ state }) => state !== 'running'))
        return found.map(({ node, step, state, exitCode, known }) => ({ node, step, state, exitCode, known }))
    }
  }
})
