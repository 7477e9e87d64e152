import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startPrivateRedis } from '../../lab/private-redis.ts'
import { newKeyPair } from '../../lab/simulated/ssh/keys.ts'
import type { SimulatedWorld } from '../../lab/simulated/world.ts'
import { fastWorld, stageFor } from '../support/stage.ts'
import { start } from './child.ts'
import { changes } from './cluster-log.ts'
import { expectInOrder } from './reads.ts'
import { runCount } from './talking.ts'
import { changedConfig, ha, scratch } from './terminal.ts'

describe('when something around it is broken, the terminal says what, and what is still true', () => {
  const stage = stageFor({ world: fastWorld })
  const env = () => ({ HA_CONFIG: stage().configFile, HOME: stage().folder })
  const keyOf = (person: string) => join(stage().folder, 'keys', person)

  it('no node can be reached over SSH: nothing was asked, nothing is planned', async () => {
    const { control, nodes } = stage().world
    for (const { name } of nodes) await control.stopSsh(name)
    const status = await ha(['clusters', 'status', 'pvfs'], env())
    const change = await ha(['do', 'failover server2', '--key', keyOf('ana')], env())
    for (const { name } of nodes) await control.startSsh(name)

    for (const { code, stdout, stderr } of [status, change]) {
      expect(code).toBe(5)
      expect(stdout + stderr).toMatch(/node1.*refused|refused.*node1/s)
    }
    expect(changes(stage().world)).toEqual([])
    const after = await ha(['clusters', 'status', 'pvfs'], env())
    expect(after).toMatchObject({ code: 0, stdout: expect.stringContaining('5 of 5 online') })
  })

  it('Redis died: it says where it was looked for, that nothing was accepted, and asks for no stack trace', async () => {
    const folder = await scratch()
    const redis = await startPrivateRedis(join(folder, 'redis'))
    const HA_CONFIG = await changedConfig(stage().configFile, config => ({ ...config, redis: redis.url }))
    const alive = await ha(['runs'], { HA_CONFIG })
    await redis.close()
    const dead = await Promise.all([
      ha(['runs'], { HA_CONFIG }),
      ha(['do', 'failover server2', '--key', keyOf('ana')], { HA_CONFIG }),
      ha(['approve', '1', '--key', keyOf('bo')], { HA_CONFIG }),
      ha(['start'], { HA_CONFIG, SLACK_BOT_TOKEN: 'xoxb-none', SLACK_APP_TOKEN: 'xapp-none' }),
    ])

    expect(alive).toMatchObject({ code: 0, stdout: expect.stringContaining('No runs yet') })
    for (const { code, stderr } of dead) {
      expect(code).toBe(2)
      expectInOrder(stderr, [`Redis at ${redis.url} does not answer: `, 'Nothing was accepted and nothing runs.'])
    }
  })

  it('there are no Slack tokens: both are named at once, with where they come from', async () => {
    const { ended } = start('src/cli.ts', ['start'], { ...env(), SLACK_BOT_TOKEN: '', SLACK_APP_TOKEN: '' })
    const { code, stderr } = await ended
    expect(code).toBe(2)
    expect(stderr).toContain('SLACK_BOT_TOKEN')
    expect(stderr).toContain('SLACK_APP_TOKEN')
  })

  it('the bot starts with the wrong token: Slack said no, and that is what it says', async () => {
    const tokens = { SLACK_BOT_TOKEN: 'xoxb-wrong', SLACK_APP_TOKEN: 'xapp-wrong' }
    const { code, stdout, stderr } = await ha(['start', '--only', 'bot'], { ...env(), ...tokens })
    expect(code).toBe(2)
    expect(stderr).toContain('Slack refused the bot token')
    expect(stdout + stderr).not.toContain('xoxb-wrong')
  })

  it('a policy that nobody can satisfy is a mistake of the configuration, found before anything is asked', async () => {
    const before = await runCount(stage())
    const lonely = await changedConfig(stage().configFile, config => ({
      ...config,
      teams: { oncall: { members: ['ana'] } },
    }))
    const { code, stderr } = await ha(['do', 'failover server2', '--key', keyOf('ana')], { HA_CONFIG: lonely })
    expect(code).toBe(2)
    expect(stderr).toMatch(/clusters\.pvfs\.policy\.disruptive/)
    expect(stderr).toContain('ana')
    expect(await runCount(stage())).toBe(before)
  })

  it('the configuration is not there, is no file, is no YAML, or has mistakes: all of them at once, with their lines', async () => {
    const folder = await scratch()
    const [missing, directory, torn, wrong] = ['missing.yaml', 'folder', 'torn.yaml', 'wrong.yaml'].map(name =>
      join(folder, name),
    ) as [string, string, string, string]
    await mkdir(directory)
    await writeFile(torn, 'redis: "redis://127.0.0.1\nclusters: {')
    await writeFile(
      wrong,
      'redis: 7\nclusters:\n  pvfs:\n    stack: pacemakr\n    ssh: { user: haops }\n    nodes: {}\ncolour: red\n',
    )
    for (const file of [missing, directory, torn]) {
      const { code, stderr } = await ha(['runs'], { HA_CONFIG: file })
      expect(code, file).toBe(2)
      expect(stderr).toContain(file)
      expect(stderr).not.toMatch(/ at .*\.ts:\d+/)
    }
    const { code, stderr } = await ha(['runs'], { HA_CONFIG: wrong })
    expect(code).toBe(2)
    expectInOrder(stderr, [`${wrong}:1`, `${wrong}:4`, 'pacemaker'])
    expect(stderr).toContain('colour')
  })

  it('doctor looks at everything around it and finds nothing broken here', async () => {
    const { workspace } = stage()
    const tokens = { SLACK_BOT_TOKEN: workspace.botToken, SLACK_APP_TOKEN: workspace.appToken }
    const { code, stdout } = await ha(['doctor'], { ...env(), ...tokens })
    expect({ code, stdout }).toMatchObject({ code: 0 })
    for (const words of ['Configuration', 'Redis', 'Slack', 'pvfs', 'node1']) expect(stdout).toContain(words)
  })
})

describe('when a node shows another host key than the one that is pinned', () => {
  const stage = stageFor({
    world: async (folder: string): Promise<SimulatedWorld> => {
      const world = await fastWorld(folder)
      const pinned = await readFile(world.knownHostsFile, 'utf8')
      const other = newKeyPair('an impostor').public.split(' ').slice(0, 2).join(' ')
      await writeFile(world.knownHostsFile, pinned.replaceAll(/ssh-\S+ \S+.*$/gm, other))
      return world
    },
  })

  it('nothing is sent to it, and the answer speaks of the host key', async () => {
    const env = { HA_CONFIG: stage().configFile }
    const key = join(stage().folder, 'keys', 'ana')
    const asked = await Promise.all([
      ha(['clusters', 'status', 'pvfs'], env),
      ha(['do', 'failover server2', '--key', key], env),
    ])
    for (const { code, stdout, stderr } of asked) {
      expect(code).toBe(5)
      expect(stdout + stderr).toMatch(/host key/i)
    }
    expect(stage().world.control.executions()).toEqual([])
  })
})

describe('what needs nothing but the checkout', () => {
  it.each([
    { args: ['runbooks', 'list'], says: ['pacemaker/failover', '1.0.0', 'disruptive', 'failover <group> [to <node>]'] },
    { args: ['runbooks', 'lint'], says: [' runbooks, nothing wrong.'] },
    { args: ['runbooks', 'show', 'failover'], says: ['failover.yaml', 'crm_resource --move'] },
    { args: ['runbooks', 'schema'], says: ['"$schema"', '"apiVersion"'] },
    { args: ['slack', 'manifest'], says: ['/ha', 'socket_mode_enabled: true'] },
  ])('ha $args', async ({ args, says }) => {
    const { code, stdout, stderr } = await ha(args, { HA_CONFIG: join(await scratch(), 'none.yaml') })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expectInOrder(stdout, says)
  })

  it('lint shows what is wrong with a runbook, where, and what was probably meant, and exits with 1', async () => {
    const folder = await scratch()
    await mkdir(join(folder, 'pacemaker'))
    const text = await readFile(new URL('../../runbooks/pacemaker/failover.yaml', import.meta.url), 'utf8')
    const file = join(folder, 'pacemaker', 'failover.yaml')
    await writeFile(file, text.replace('check: cluster.quorate', 'check: cluster.quorat'))
    const { code, stderr } = await ha(['runbooks', 'lint', '--dir', folder], {})
    expect(code).toBe(1)
    expectInOrder(stderr, ['pacemaker/failover.yaml:', 'quorat', 'quorate'])
  })

  it('a command that does not exist is wrong usage, with the ones that do', async () => {
    const { ended } = start('src/cli.ts', ['aprove', '1'])
    const { code, stderr } = await ended
    expect(code).toBe(2)
    expect(stderr).toMatch(/unknown command 'aprove'\s+\(Did you mean approve\?\)/)
  })
})
