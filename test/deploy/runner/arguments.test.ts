import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nodeFor, RUNNER } from './node.ts'
import { describeShells } from './shells.ts'

describeShells('words that the runner was not made for', shell => {
  const node = nodeFor(shell)
  const runner = join(node.ledger, 'runner-0123456789ab')
  const call = async (...args: string[]) => {
    const { child, output } = node.run([runner, ...args])
    const [[code], text] = await Promise.all([once(child, 'exit'), output])
    return { text: text.toString(), code }
  }

  it.each([
    [[], 'verb'],
    [['wrapped'], 'verb'],
    [['run', 'op=a'], 'verb'],
    [['attach'], 'missing-op'],
    [['attach', 'op'], 'value'],
    [['attach', 'op='], 'value'],
    [['attach', 'op=../x'], 'value'],
    [['attach', 'op=..'], 'name'],
    [['attach', 'op=-rf'], 'name'],
    [['attach', 'op=a', 'out=1x'], 'number'],
    [['attach', 'op=a', 'out=01'], 'number'],
    [['attach', 'op=a', 'out=-1'], 'number'],
    [['attach', 'op=a b'], 'value'],
    [['attach', 'op=a;id'], 'value'],
    [['attach', 'op=$(id)'], 'value'],
    [['attach', 'op=a\nb'], 'value'],
    [['fence', 'epoch=9999999999999999'], 'number'],
    [['note', 'run=..', 'number=1', 'seq=1', 'head=-'], 'name'],
    [['list', 'x=1'], 'key'],
    [['stop', `op=${'a'.repeat(201)}`, 'grace=1'], 'value'],
    [['claim', 'op=a', 'sha=XYZ'], 'sha'],
    [['claim', 'op=a', 'sum=--'], 'sum'],
  ] as const)('%j are refused: %s', async (args, word) => {
    expect(await call(...args)).toEqual({ text: `\nha1 error ${word}\nha1 end\n`, code: 2 })
  })

  it('never do anything, whatever they are', async () => {
    const before = readdirSync(node.folder, { recursive: true }).toSorted()
    const word = fc.oneof(fc.string({ unit: 'binary' }), fc.string()).filter(text => !text.includes('\0'))
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('attach', 'claim', 'stop', 'tombstone', 'fence', 'note', 'purge'),
        word,
        async (verb, text) => {
          const { text: said, code } = await call(verb, `op=${text} `, text)
          expect(said).toMatch(/^\nha1 error [a-z-]+\nha1 end\n$/)
          expect(code).toBe(2)
        },
      ),
      { numRuns: 20 },
    )
    expect(readdirSync(node.folder, { recursive: true }).toSorted()).toEqual(before)
  })
})

describeShells('the folder of the ledger', shell => {
  const node = nodeFor(shell)
  const home = join(node.folder, '.ha-bot')

  it('is a folder for this node below a relative path, counted from where the login starts', async () => {
    mkdirSync(join(home, hostname(), 'bundles'), { recursive: true })
    cpSync(RUNNER, join(home, 'runner-aa'))
    const bundle = node.counted('home')
    cpSync(join(node.ledger, 'bundles', `b-${bundle.sha}`), join(home, hostname(), 'bundles', `b-${bundle.sha}`))
    const words = Object.entries(node.claimFields('home', bundle)).map(([key, value]) => `${key}=${value}`)
    const { output } = node.run(['.ha-bot/runner-aa', 'claim', ...words])
    expect((await output).toString()).toContain('state=done won=1 rc=0')
    expect(existsSync(join(home, hostname(), 'ops/home/result'))).toBe(true)
    expect(node.executions('home')).toBe(1)
  })
})
