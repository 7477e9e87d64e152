import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import ts from 'typescript'

const LAB = /\/lab\/simulated\/(?:(pacemaker|heartbeat-crm|heartbeat|rgmanager)\/|world\.ts$)/
const ROOT = new URL('../..', import.meta.url).pathname

/** A run that a test wants to succeed: `stage().succeeds('failover server2')`, on the stack of that stage. */
export interface Wanted {
  readonly stack: string
  readonly text: string
  readonly at: string
}

/** What the tests of this folder carry out to success. A stage whose stack cannot be told, or words that are no literal, are an error of the test. */
export function successes(): readonly Wanted[] {
  const folder = join(ROOT, 'test/runbooks-on-models')
  const files = readdirSync(folder).filter(name => name.endsWith('.test.ts'))
  return files.flatMap(name => {
    const file = parsed(join(folder, name))
    return calls(file, 'succeeds').map(call => wanted(file, name, call))
  })
}

function wanted(file: ts.SourceFile, name: string, call: ts.CallExpression): Wanted {
  const at = `${name}:${file.getLineAndCharacterOfPosition(call.getStart()).line + 1}`
  const [text] = call.arguments
  if (!text || !ts.isStringLiteralLike(text)) throw new Error(`${at}: succeeds() wants its words as they are typed`)
  const [stack, ...more] = stacksIn(declaration('stage', call), file)
  if (stack === undefined || more.length > 0) throw new Error(`${at}: it cannot be told on which stack this stage is`)
  return { stack, text: text.text, at }
}

/** The stacks whose models an expression speaks of, through the constants of its file. */
function stacksIn(node: ts.Node | undefined, file: ts.SourceFile): ReadonlySet<string> {
  const found = new Set<string>()
  const seen = new Set<ts.Node>()
  const visit = (each: ts.Node | undefined): void => {
    if (!each || seen.has(each) || ts.isTypeNode(each)) return
    seen.add(each)
    if (ts.isPropertyAccessExpression(each)) visit(propertyOf(each) ?? each.expression)
    else if (!ts.isIdentifier(each)) ts.forEachChild(each, visit)
    else {
      const stack = stackOf(importOf(each.text, file), file.fileName)
      if (stack !== undefined) found.add(stack)
      else visit(declaration(each.text, each))
    }
  }
  visit(node)
  return found
}

/** `WORLDS.evms` where WORLDS is a constant. */
function propertyOf({ expression, name }: ts.PropertyAccessExpression): ts.Node | undefined {
  const object = ts.isIdentifier(expression) ? declaration(expression.text, expression) : undefined
  if (!object || !ts.isObjectLiteralExpression(object)) return undefined
  const found = object.properties.find(({ name: key }) => key?.getText() === name.text)
  return found && ts.isPropertyAssignment(found) ? found.initializer : undefined
}

/** What a constant is set to, looked for outwards from where it is used. */
function declaration(name: string, from: ts.Node): ts.Expression | undefined {
  for (let scope: ts.Node | undefined = from.parent; scope; scope = scope.parent) {
    if (!ts.isBlock(scope) && !ts.isSourceFile(scope)) continue
    const declared = scope.statements.filter(ts.isVariableStatement).flatMap(each => each.declarationList.declarations)
    const found = declared.find(each => each.name.getText() === name)
    if (found?.initializer && !isInside(from, found)) return found.initializer
  }
  return undefined
}

function isInside(node: ts.Node, outer: ts.Node): boolean {
  return node.pos >= outer.pos && node.end <= outer.end
}

/** Functions that a model's control has, as `heartbeat: split`, and no test calls. */
export function unusedControls(): readonly string[] {
  const used = usedControls()
  const folder = join(ROOT, 'lab/simulated')
  const stacks = readdirSync(folder).filter(name => LAB.test(`/lab/simulated/${name}/`))
  return stacks.flatMap(stack => {
    const interfaces = parsed(join(folder, stack, 'control.ts')).statements.filter(ts.isInterfaceDeclaration)
    const controls = interfaces.filter(({ name }) => name.text.endsWith('Control'))
    const names = controls.flatMap(({ members }) => members.flatMap(({ name }) => name?.getText() ?? []))
    return names.filter(name => !used.has(`${stack}: ${name}`)).map(name => `${stack}: ${name}`)
  })
}

function usedControls(): ReadonlySet<string> {
  const used = new Set<string>()
  for (const name of readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue
    const file = parsed(join(ROOT, 'test', name))
    const names = controlNames(file)
    if (names.length === 0) continue
    for (const stack of stacksOfFile(file, new Set())) for (const each of names) used.add(`${stack}: ${each}`)
  }
  return used
}

/** What is asked of something that is called control: `control().split`, `cluster.control.split`. */
function controlNames(file: ts.SourceFile): readonly string[] {
  const names: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && /(?:^|\.)control(?:\(\))?$/.test(node.expression.getText()))
      names.push(node.name.text)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return names
}

/** The stacks whose models a file of tests imports, itself or through what it imports. */
function stacksOfFile(file: ts.SourceFile, seen: Set<string>): readonly string[] {
  if (seen.has(file.fileName)) return []
  seen.add(file.fileName)
  return importsOf(file).flatMap(specifier => {
    const stack = stackOf(specifier, file.fileName)
    if (stack !== undefined) return [stack]
    const path = resolve(dirname(file.fileName), specifier)
    return specifier.startsWith('.') && path.startsWith(join(ROOT, 'test')) ? stacksOfFile(parsed(path), seen) : []
  })
}

function stackOf(specifier: string | undefined, from: string): string | undefined {
  if (specifier === undefined) return undefined
  const match = LAB.exec(resolve(dirname(from), specifier))
  return match ? (match[1] ?? 'pacemaker') : undefined
}

function importOf(name: string, file: ts.SourceFile): string | undefined {
  const declared = file.statements.filter(ts.isImportDeclaration)
  const found = declared.find(({ importClause }) => importClause?.getText().split(/\W+/).includes(name))
  return found && ts.isStringLiteral(found.moduleSpecifier) ? found.moduleSpecifier.text : undefined
}

function importsOf(file: ts.SourceFile): readonly string[] {
  const declared = file.statements.filter(ts.isImportDeclaration)
  return declared.flatMap(({ moduleSpecifier }) => (ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier.text] : []))
}

function calls(file: ts.SourceFile, name: string): readonly ts.CallExpression[] {
  const found: ts.CallExpression[] = []
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === name
    )
      found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

const files = new Map<string, ts.SourceFile>()

function parsed(path: string): ts.SourceFile {
  const known = files.get(path)
  if (known) return known
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
  files.set(path, file)
  return file
}
