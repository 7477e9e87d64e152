import { describe, expect, test } from 'vitest'
import { createLog, type LogLevel } from '../../src/adapters/log.ts'
import { createRedactor } from '../../src/transcripts/redact.ts'

function logging(level: LogLevel) {
  const lines: string[] = []
  const redactor = createRedactor()
  const log = createLog({ level, redactor, destination: { write: line => lines.push(line) } })
  return { log, redactor, parsed: () => lines.map(line => JSON.parse(line)), lines }
}

describe('a log', () => {
  test('masks registered values wherever they stand in a line, and the line stays JSON', () => {
    const { log, redactor, parsed, lines } = logging('info')
    const token = 'xoxb-"quoted"-and-long'
    redactor.register('SLACK_BOT_TOKEN', token)
    log.child({ run: token }).error({ err: new Error(`refused ${token}`) }, `posting with ${token} failed`)
    const [line] = parsed()
    expect(line).toMatchObject({ level: 'error', run: expect.stringContaining('*****') })
    expect(line.err).toMatchObject({ type: 'Error' })
    expect(lines.join('')).not.toContain('quoted')
  })

  test('carries the fields of its parents on every line', () => {
    const { log, parsed } = logging('debug')
    log.child({ run: '01JD', cluster: 'pvfs' }).child({ step: 'move' }).debug({ node: 'node1' }, 'claimed')
    expect(parsed()).toEqual([
      expect.objectContaining({
        level: 'debug',
        run: '01JD',
        cluster: 'pvfs',
        step: 'move',
        node: 'node1',
        msg: 'claimed',
      }),
    ])
  })

  test('leaves out what is below its level', () => {
    const { log, lines } = logging('warn')
    log.debug({}, 'a')
    log.info({}, 'b')
    log.warn({}, 'c')
    expect(lines).toHaveLength(1)
  })
})
