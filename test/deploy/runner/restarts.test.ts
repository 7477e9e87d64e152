import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { nodeFor, until } from './node.ts'
import { describeShells } from './shells.ts'

describeShells(
  'a change that a restart of its node has ended',
  shell => {
    const node = nodeFor(shell, { env: folder => ({ HA_RUNNER_BOOT_ID_FILE: join(folder, 'boot_id') }) })

    it('is not taken for one that runs, although its process number is in use again', async () => {
      writeFileSync(join(node.folder, 'boot_id'), 'first\n')
      await node.claim('caught', node.counted('caught', 'exec sleep 1000\n'), { wait: 0 })
      await until('begun', () => node.executions('caught') === 1)
      // The same process with the same start time: only the boot tells it apart.
      writeFileSync(join(node.folder, 'boot_id'), 'second\n')
      const reply = await node.attach('caught', { wait: 0 })
      expect(reply.state, reply.text).toMatchObject({ state: 'interrupted', why: 'reboot' })
    })
  },
  ['dash', 'bash'],
)
