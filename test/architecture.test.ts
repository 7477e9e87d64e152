import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const rules = createRequire(import.meta.url)('../.dependency-cruiser.cjs')

describe('the architecture', () => {
  it('is as its rules say, and the rules have really seen the modules', async () => {
    const options = { ...rules.options, ruleSet: { forbidden: rules.forbidden }, validate: true, baseDir: root }
    const { output } = await cruise(
      ['src', 'lab'],
      options,
      {},
      { tsConfig: extractTSConfig(join(root, 'tsconfig.json')) },
    )
    const result = output as ICruiseResult

    const broken = result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)
    expect(broken).toEqual([])
    // A cruise that understands no TypeScript finds nothing and is content (dependencies.md §2).
    const seen = result.modules.filter(module => module.source.startsWith('src/')).map(module => module.source)
    expect(seen).toContain('src/runs/engine.ts')
    expect(seen.length).toBeGreaterThanOrEqual(filesIn('src').length)
  })

  it('keeps every source file within 300 lines', () => {
    const long = [...filesIn('src'), ...filesIn('lab')].filter(
      file => readFileSync(join(root, file), 'utf8').split('\n').length > 300,
    )
    expect(long).toEqual([])
  })

  it('says why in every rule', () => {
    for (const rule of rules.forbidden) expect(rule.comment, rule.name).toMatch(/\S{3,}.*\./)
  })
})

function filesIn(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => join(entry.parentPath, entry.name).slice(root.length))
}
