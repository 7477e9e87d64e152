import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { nodeFor } from './node.ts'
import { describeShells } from './shells.ts'

const BEYOND = ['a/../../x', 'a/b', 'a b', 'a$(id)', 'a;id', 'a*', 'a\nb', "a'b", 'a`id`', 'a\\b']

describeShells(
  'a word that is no plain name',
  shell => {
    const node = nodeFor(shell)
    const runner = join(node.ledger, 'runner-0123456789ab')

    it('names no file beyond the ledger, and nothing is done', async () => {
      const before = readdirSync(node.folder, { recursive: true }).toSorted()
      for (const verb of ['attach', 'tombstone', 'stop'])
        for (const name of BEYOND) {
          const more = { attach: ['out=0', 'err=0', 'wait=0'], stop: ['grace=1'] }[verb] ?? []
          const said = (await node.run([runner, verb, `op=${name}`, ...more]).output).toString()
          expect(said, `${verb} op=${name}`).toBe('\nha1 error value\nha1 end\n')
        }
      expect(readdirSync(node.folder, { recursive: true }).toSorted()).toEqual(before)
    })
  },
  ['dash', 'bash'],
)
