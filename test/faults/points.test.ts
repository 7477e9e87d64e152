import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { ALL_POINTS, INSIDE, OUTSIDE } from './points.ts'

const SOURCES = fileURLToPath(new URL('../../src', import.meta.url))
const COMPOSITION = ['app.ts', ...readdirSync(join(SOURCES, 'app')).map(name => `app/${name}`)]

/** What the composition takes from adapters without a fail point, and why. */
const WITHOUT: Readonly<Record<string, string>> = {
  connectRedis: 'a connection; every port that uses it has its own points',
  redisFacts: 'read once at the start, before anything is accepted',
  readRunbookFolder: 'read once at the start, before anything is accepted',
  loadSigner: 'read once at the start, before anything is accepted',
  loadTrusted: 'read once at the start, before anything is accepted',
  'app/memory-facts.ts createQuarantine': 'only counted there, for `ha doctor`',
  readRunner: 'read once at the start, before anything is accepted',
  copiedFiles: 'reads a file of this machine, changes nothing; one that is not as approved is sent nowhere',
  createTcpProber: 'asks from outside the cluster, changes nothing; what is lost with its worker is not measured',
  isSignedBy: 'arithmetic',
  verifyAttestation: 'asks ssh-keygen, changes nothing',
  startSlack: 'has the points of its own within: what Slack sends us, and every call of the Web API',
}

/** Functions of the composition that only pass on what an adapter gives: whoever calls them has to tap it. */
const PASSED_ON = ['journalOn']

interface Use {
  readonly file: string
  readonly name: string
  readonly tapped: boolean
}

/** Every call of the composition to a function of an adapter, and whether what it gives is handed to the tap at once. */
function uses(): Use[] {
  return COMPOSITION.flatMap(file => {
    const source = ts.createSourceFile(file, readFileSync(join(SOURCES, file), 'utf8'), ts.ScriptTarget.Latest, true)
    const names = new Set([...importedFunctions(source), ...PASSED_ON])
    const found: Use[] = []
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && names.has(node.expression.text))
        found.push({ file, name: node.expression.text, tapped: isTapped(node) || isPassedOn(node) })
      // Handed over by name: `tap('sealing', { sealBundle })`.
      if (ts.isShorthandPropertyAssignment(node) && names.has(node.name.text))
        found.push({ file, name: node.name.text, tapped: isTapped(node) })
      ts.forEachChild(node, visit)
    }
    visit(source)
    return found
  })
}

function importedFunctions(source: ts.SourceFile): ReadonlySet<string> {
  const names = source.statements.filter(ts.isImportDeclaration).flatMap(statement => {
    const from = ts.isStringLiteral(statement.moduleSpecifier) ? statement.moduleSpecifier.text : ''
    const bindings = statement.importClause?.namedBindings
    if (!from.includes('/adapters/') || !bindings || !ts.isNamedImports(bindings)) return []
    return bindings.elements.map(element => element.name.text)
  })
  return new Set(names)
}

/** Within a function whose callers tap what it gives. */
function isPassedOn(node: ts.Node): boolean {
  for (let at = node; at.parent; at = at.parent)
    if (ts.isFunctionDeclaration(at) && at.name && PASSED_ON.includes(at.name.text)) return true
  return false
}

/** Within the arguments of `tap(…)`. */
function isTapped(node: ts.Node): boolean {
  for (let at: ts.Node = node; at.parent; at = at.parent) {
    const { parent } = at
    if (!ts.isCallExpression(parent) || parent.expression === at) continue
    if (/(^|\.)tap$/.test(parent.expression.getText())) return true
  }
  return false
}

describe('every call over a border of ha-bot has a fail point', () => {
  const found = uses()

  test('the composition is seen', () => {
    expect(found.length).toBeGreaterThan(10)
    expect(found.filter(({ tapped }) => tapped).length).toBeGreaterThan(5)
  })

  test('what an adapter gives goes through the tap, or stands in the list with its reason', () => {
    const forgotten = found.filter(
      ({ file, name, tapped }) => !tapped && WITHOUT[name] === undefined && WITHOUT[`${file} ${name}`] === undefined,
    )
    expect(forgotten.map(({ file, name }) => `${file}: ${name}`)).toEqual([])
  })

  test('every boundary has a point before and after it, inside a process or outside', () => {
    expect(ALL_POINTS.filter(point => !INSIDE.has(point) && !OUTSIDE.has(point))).toEqual([])
    expect(ALL_POINTS).toHaveLength(44)
  })
})
