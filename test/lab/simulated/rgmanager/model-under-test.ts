import { type RgmanagerControl, rgmanagerControl } from '../../../../lab/simulated/rgmanager/control.ts'
import { HA_LVM } from '../../../../lab/simulated/rgmanager/ha-lvm.ts'
import { rgmanagerModel } from '../../../../lab/simulated/rgmanager/model.ts'
import type { ToolReply } from '../../../../lab/simulated/stack-model.ts'
import { type HandClock, handClock } from '../hand-clock.ts'

export interface ModelUnderTest {
  readonly clock: HandClock
  readonly control: RgmanagerControl
  /** One command on a node: `run('serv-0001', 'clustat -x')`. */
  run(node: string, command: string, stdin?: string): Promise<ToolReply>
  /** Lets that much of the model's time pass, and everything that waits for it happen. */
  pass(ms: number): Promise<void>
  /** States and owners of a service in the order in which they came: `112 serv-0001`. */
  readonly states: readonly string[]
  file(node: string, path: string): string
}

export const SERV = 'service:serv'

/** The ha-lvm cluster without machines, on a clock that is moved by hand. */
export function modelUnderTest(): ModelUnderTest {
  const clock = handClock()
  const texts = new Map<string, string>()
  const files = (node: string) => ({
    at: (path: string) => path,
    write: (path: string, file: string | { readonly text: string }) =>
      void texts.set(`${node}${path}`, typeof file === 'string' ? file : file.text),
    read: (path: string) => texts.get(`${node}${path}`) ?? '',
    has: (path: string) => texts.has(`${node}${path}`),
    remove: (path: string) => {
      for (const key of texts.keys()) if (key.startsWith(`${node}${path}`)) texts.delete(key)
    },
  })
  const machines = { powerLost: () => undefined, powerRestored: () => undefined }
  const model = rgmanagerModel(HA_LVM, { clock, machines, files })
  const control = rgmanagerControl(model)
  const states: string[] = []
  const look = () => {
    const service = control.state().services[SERV]
    const text = `${service?.state} ${service?.owner || 'none'}`
    if (states.at(-1) !== text) states.push(text)
  }
  model.live.watchers.add(look)
  look()
  return {
    clock,
    control,
    states,
    file: (node, path) => files(node).read(path),
    async run(node, command, stdin = '') {
      const [tool = '', ...args] = command.split(' ')
      return await model.call({ node, tool, args, stdin, cibFile: '', cwd: '/' })
    },
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += 100) {
        clock.advance(100)
        await settled()
      }
    },
  }
}

/** Everything that only waits for other promises has happened. */
async function settled(): Promise<void> {
  for (let round = 0; round < 10; round += 1) await Promise.resolve()
}
