import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { WORLDS } from '../simulated/worlds.ts'
import type { World } from '../world.ts'
import { playOnce } from './once.ts'
import { raiseStage, type Stage } from './stage.ts'

const USAGE = `npm run demo                                      a Slack workspace in the browser, a simulated cluster
npm run demo -- --once "/ha failover server2"     one command without a browser; prints the conversation and the transcript
npm run demo -- --real                            real Pacemaker in network namespaces (root on Debian)
npm run demo -- --world NAME                      another simulated cluster: ${Object.keys(WORLDS).join(', ')}
   --port N   port of the page (default 4280)     --pace N   1 = realistic seconds (default 0.2)`

interface Options {
  readonly once?: string
  readonly world: (typeof WORLDS)[string]
  readonly real: boolean
  readonly port: number
  readonly portNamed: boolean
  readonly pace: number
}

/** Exit code of a run that a person ended. */
const CANCELLED = 3

const [DEFAULT_WORLD = ''] = Object.keys(WORLDS)

async function main(): Promise<number> {
  const options = readOptions()
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${USAGE}\n`)
    return 2
  }
  const say = (text: string) => void process.stdout.write(`${text}\n`)
  const ended = signalled()
  const stage = await raiseStage({
    world: folder => makeWorld(options, folder, say),
    port: options.port,
    portIsWish: !options.portNamed,
    say,
  })
  try {
    if (options.once !== undefined) {
      const cutShort = ended.then(() => {
        say('Ended by a signal; the run goes with the cluster it ran on.')
        return CANCELLED
      })
      return await Promise.race([playOnce(stage, options.once, say), cutShort])
    }
    say(welcome(stage))
    await ended
    return 0
  } finally {
    await stage.close()
  }
}

function readOptions(): Options | string {
  try {
    const { values } = parseArgs({
      options: {
        once: { type: 'string' },
        real: { type: 'boolean', default: false },
        world: { type: 'string', default: DEFAULT_WORLD },
        port: { type: 'string' },
        pace: { type: 'string', default: '0.2' },
      },
    })
    const world = WORLDS[values.world]
    if (!world) return `There is no world "${values.world}". Worlds: ${Object.keys(WORLDS).join(', ')}.`
    const port = Number(values.port ?? (values.once === undefined ? 4280 : 0))
    const pace = Number(values.pace)
    if (!Number.isInteger(port) || port < 0 || port > 65_535) return `"${values.port}" is not a port.`
    if (!(pace > 0 && pace <= 10)) return `"${values.pace}" is not a pace: more than 0, at most 10.`
    return {
      world,
      real: values.real,
      port,
      portNamed: values.port !== undefined,
      pace,
      ...(values.once !== undefined && { once: values.once }),
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function makeWorld(options: Options, folder: string, say: (line: string) => void): Promise<World> {
  if (!options.real) return await options.world({ folder, pace: options.pace })
  // Only here: it needs root and packages that the simulated world does without.
  spawnSync(
    process.execPath,
    [fileURLToPath(new URL('../../deploy/setup.js', import.meta.url)), '--for', 'demo', '--real'],
    { stdio: 'inherit' },
  )
  const { realWorldMissing } = await import('../real/missing.ts')
  const { startRealWorld } = await import('../real/real-world.ts')
  const missing = await realWorldMissing()
  if (missing.length > 0)
    throw new Error(`The real lab cannot run here:\n${missing.map(line => `  ${line}`).join('\n')}`)
  return await startRealWorld({ folder, log: say, fencing: true })
}

function welcome({ workspace, configFile, folder }: Stage): string {
  return `
  Open  ${workspace.url}  and be Ana: type   /ha failover server2
  Then be Bo (top left) and approve it. Other things to say: /ha help · /ha status · /ha standby node4 · /ha runs
  From a terminal:  export HA_CONFIG=${configFile}
     npm run -s ha -- do "failover server2" --key ${folder}/keys/ana        npm run -s ha -- approve 1 --key ${folder}/keys/bo
  Ctrl-C ends everything and removes it.`
}

function signalled(): Promise<void> {
  return new Promise(resolve => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve())
  })
}

main().then(
  code => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(5)
  },
)
