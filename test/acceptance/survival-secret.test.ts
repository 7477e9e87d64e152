import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { World } from '../../lab/world.ts'
import { fastWorld } from '../support/stage.ts'
import { allThatIsKept } from './all-that-is-kept.ts'
import { executions, finished, onAll, outputOf, TEST_MS } from './survival-looks.ts'
import { type SurvivalStage, survivalStageFor } from './survival-stage.ts'
import { approve, asked, BO, cardWith, repliesWith } from './talking.ts'

/** Told by its value: every process of ha-bot has it. With characters that JSON, URLs and base64 write in other ways. */
const PASSWORD = `correct/horse+"battery"&${randomBytes(12).toString('base64')}`
/** Told by its shape alone, as it is; made here, so that no file of the repository has one. */
const TOKEN = ['xoxb', randomBytes(6).readUIntBE(0, 6).toString(), randomBytes(18).toString('hex')].join('-')
const SECRETS = { PASSWORD, TOKEN } as const

describe('a command that prints a secret', () => {
  const stage = survivalStageFor({
    world: fastWorld,
    env: { REDIS_PASSWORD: PASSWORD },
    redis: async redis => {
      const link = redis.connect('desk')
      await link.redis.config('SET', 'requirepass', PASSWORD)
    },
  })

  it(
    'at once, byte by byte, with colours in between, encoded: it is nowhere in Redis, archive, logs or Slack',
    async () => {
      await Promise.all([stage().start('bot'), stage().start('worker')])
      for (const [name, value] of Object.entries(SECRETS)) await onNodes(name, value)
      const { number, card } = await asked(stage(), '/ha leak drip')
      await approve(stage(), BO, card)
      const record = await finished(stage(), number)
      const failed = await cardWith(stage(), number, 'fails')
      await repliesWith(stage(), failed, 'Transcript of')

      expect(record.state.finished?.outcome).toBe('failed')
      expect(await executions(stage(), 'drip')).toEqual(['drip leak'])
      const stored = await outputOf(stage(), record, 'leak')
      expect(stored).toContain('all of drip')
      expect(stored.match(/encoded/g)).toHaveLength(2)
      expect(stored.match(/redacted:REDIS_PASS/g)?.length).toBeGreaterThanOrEqual(4)
      expect(stored).toContain('redacted:slack')
      const places = await everything(stage())
      expect(Object.keys(places).length).toBeGreaterThan(10)
      expect(
        Object.entries(places).flatMap(([place, text]) => secretsIn(text).map(found => `${found} in ${place}`)),
      ).toEqual([])
    },
    TEST_MS,
  )

  /** A file of every node, outside of ha-bot. */
  async function onNodes(name: string, value: string): Promise<void> {
    const encoded = Buffer.from(value).toString('base64')
    await onAll(stage(), `printf %s ${encoded} | base64 -d > "$HOME/secret.${name}"`)
  }
})

/** Which secret is in a text, and how it is written there; what a terminal would not show is looked past. */
function secretsIn(text: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what is looked past is made of them
  const shown = text.replaceAll(/\u001b\[[0-9;]*m|\\u001b\[[0-9;]*m/g, '')
  return Object.entries(SECRETS).flatMap(([name, value]) =>
    Object.entries(name === 'TOKEN' ? { plain: value } : writtenAs(value))
      .filter(([, form]) => text.includes(form) || shown.includes(form))
      .map(([way]) => `${name} ${way}`),
  )
}

/** Of base64 those characters that do not depend on what stands before and after. */
function writtenAs(value: string): Record<string, string> {
  const base64 = (shift: number) =>
    Buffer.from(' '.repeat(shift) + value)
      .toString('base64')
      .slice(4, -4)
  const hex = Buffer.from(value).toString('hex')
  return {
    plain: value,
    'without its ends': value.slice(4, -4),
    'in JSON': JSON.stringify(value).slice(1, -1),
    'in a URL': encodeURIComponent(value),
    'in base64': base64(0),
    'in base64, shifted by one': base64(1),
    'in base64, shifted by two': base64(2),
    'in hex': hex,
    'in upper hex': hex.toUpperCase(),
  }
}

/** Everything that ha-bot has written anywhere, by place. */
async function everything({ core, parts, workspace, redis }: SurvivalStage<World>): Promise<Record<string, string>> {
  const places = await allThatIsKept({ core, workspace, folders: [core.config.archive, redis.folder] })
  for (const part of parts) places[`log of the ${part.kind}`] = part.log
  return places
}
