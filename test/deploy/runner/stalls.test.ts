import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Node, nodeFor, until } from './node.ts'
import { describeShells } from './shells.ts'

/** A node whose `setsid` is ours: the first program in its PATH. */
const withOwnLauncher = {
  env: (folder: string) => ({ PATH: `${folder}/bin:${process.env['PATH'] ?? '/usr/bin:/bin'}` }),
}

/** `text` is what the node does when it is to launch a change; `launch` there does it. */
function launcher(node: Node, text: string): void {
  const bin = join(node.folder, 'bin')
  mkdirSync(bin, { recursive: true })
  const real = `PATH='${process.env['PATH'] ?? '/usr/bin:/bin'}'`
  writeFileSync(join(bin, 'setsid'), `#!/bin/sh\nlaunch() { ${real} setsid "$@"; }\n${text}\n`)
  chmodSync(join(bin, 'setsid'), 0o755)
}

/** The launch waits until the file `<op>.go` is there. */
function stalls(node: Node, op: string): { readonly go: () => void; readonly isStalled: () => boolean } {
  const [at, go] = [join(node.folder, `${op}.at`), join(node.folder, `${op}.go`)]
  launcher(node, `touch '${at}'; until [ -e '${go}' ]; do sleep 0.02; done; launch "$@"`)
  return { go: () => writeFileSync(go, ''), isStalled: () => existsSync(at) }
}

describeShells(
  'a claim that stands still before its launch',
  shell => {
    const node = nodeFor(shell, withOwnLauncher)

    it('is fenced when the cluster was taken meanwhile', async () => {
      const stall = stalls(node, 'taken')
      const claim = node.begin('claim', node.claimFields('taken', node.counted('taken'), { epoch: 3 }))
      await until('it is about to be launched', stall.isStalled)
      await node.ask('fence', { epoch: 4 })
      stall.go()
      const reply = await claim.reply
      expect(reply.state, reply.text).toMatchObject({ state: 'fenced' })
      expect(node.executions('taken')).toBe(0)
    })

    it('is late when its time ran out meanwhile', async () => {
      const stall = stalls(node, 'slept')
      const notafter = Math.floor(Date.now() / 1000) + 2
      const fields = node.claimFields('slept', node.counted('slept'), { epoch: 9, notafter })
      const claim = node.begin('claim', fields)
      await until('it is about to be launched, or was late already', () => stall.isStalled() || isOver(node, 'slept'))
      await until('its time is over', () => Date.now() / 1000 > notafter + 1)
      stall.go()
      const reply = await claim.reply
      expect(reply.state, reply.text).toMatchObject({ state: 'late' })
      expect(node.executions('slept')).toBe(0)
    })
  },
  ['dash', 'bash'],
)

describeShells(
  'nobody',
  shell => {
    const node = nodeFor(shell, withOwnLauncher)

    it('starts a change twice through a launcher that fails and yet starts it, a little later', async () => {
      launcher(node, '(sleep 0.3; launch "$@") & exit 1')
      for (let i = 0; i < 3; i++) {
        const op = `twice${i}`
        const reply = await node.claim(op, node.counted(op, 'echo done\n'))
        expect(reply.state, reply.text).toMatchObject({ state: 'done', rc: '0' })
        await until('whoever else was started has left', () => node.processes().length === 0)
        expect(node.executions(op)).toBe(1)
      }
    })
  },
  ['dash', 'bash'],
)

function isOver(node: Node, op: string): boolean {
  return existsSync(node.file(op, 'result'))
}
