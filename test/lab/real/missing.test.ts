import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { NEEDED } from '../../../lab/real/missing.ts'

describe('the packages of the real lab', () => {
  it('are all in the list that the set-up installs, and nothing else is', async () => {
    const list = await readFile(new URL('../../../deploy/debian-lab-packages.txt', import.meta.url), 'utf8')

    expect(list.trimEnd().split('\n')).toEqual([...new Set(Object.values(NEEDED))].sort())
  })
})
