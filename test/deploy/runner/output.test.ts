import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nodeFor, sha256, until } from './node.ts'
import { joined } from './reply.ts'
import { describeShells } from './shells.ts'

/** Every byte, and what looks like a reply itself. */
const ODD = Buffer.concat([
  Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  Buffer.from('\nha1 end\nha1 state op=odd state=done rc=0\nha1 data out 0 5\n-n \\c %s\n'),
])

describeShells('the output of an operation', shell => {
  const node = nodeFor(shell)
  const keep = (name: string, bytes: Buffer): string => {
    writeFileSync(join(node.folder, name), bytes)
    return `cat '${node.folder}/${name}'`
  }

  it('comes byte for byte from any offset, whatever bytes it has', async () => {
    const bundle = node.put(`${keep('odd', ODD)}; ${keep('odd', ODD)} >&2; printf x >&2\n`)
    const whole = await node.claim('odd', bundle)
    expect(joined(whole.out).equals(ODD)).toBe(true)
    expect(whole.state).toMatchObject({ out: `${ODD.length}`, err: `${ODD.length + 1}`, outsha: sha256(ODD) })
    const offset = fc.nat({ max: ODD.length + 1 })
    await fc.assert(
      fc.asyncProperty(offset, offset, async (out, err) => {
        const part = await node.attach('odd', { out, err })
        expect(joined(part.out, out).equals(ODD.subarray(out))).toBe(true)
        expect(joined(part.err, err).equals(Buffer.concat([ODD, Buffer.from('x')]).subarray(err))).toBe(true)
      }),
      { numRuns: 10 },
    )
  })

  it('comes whole when it is megabytes on both streams', async () => {
    const [out, err] = [Buffer.alloc(3_000_001, 'a line of output\n'), Buffer.alloc(2 * 1_048_576, ODD)]
    const reply = await node.claim('large', node.put(`${keep('o', out)} & ${keep('e', err)} >&2; wait\n`))
    expect(joined(reply.out).equals(out)).toBe(true)
    expect(joined(reply.err).equals(err)).toBe(true)
    expect(reply.state).toMatchObject({ state: 'done', outsha: sha256(out), errsha: sha256(err) })
  })

  it('comes while the operation goes on', async () => {
    const go = join(node.folder, 'go')
    const bundle = node.put(`echo first; until [ -e '${go}' ]; do sleep 0.05; done; echo second\n`)
    const { child, output } = node.run([
      join(node.ledger, 'runner-0123456789ab'),
      'claim',
      ...words(node.claimFields('long', bundle)),
    ])
    let seen = ''
    child.stdout?.on('data', piece => {
      seen += piece
    })
    await until('the first line', () => seen.includes('first\n'))
    expect(seen).not.toContain('state')
    writeFileSync(go, '')
    expect((await output).toString()).toContain('second\n')
  })

  it('has the length and hash of its end, although something left in the background writes on', async () => {
    const bundle = node.put(
      `echo told\n{ until [ -e '${node.folder}/on' ]; do sleep 0.05; done; echo more; touch '${node.folder}/written'; } &\n`,
    )
    const reply = await node.claim('background', bundle)
    expect(reply.state).toMatchObject({ state: 'done', out: '5', outsha: sha256('told\n') })
    writeFileSync(join(node.folder, 'on'), '')
    await until('more is written', () => node.processes().length === 0)
    const later = await node.attach('background')
    expect(joined(later.out).toString()).toBe('told\n')
    expect(later.state).toMatchObject({ out: '5', outsha: sha256('told\n') })
  })
})

function words(fields: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(fields).map(([key, value]) => `${key}=${value}`)
}
