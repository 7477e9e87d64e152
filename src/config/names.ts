import { EVERYONE } from '../policy/access.ts'
import type { Mistake, Path } from './mistake.ts'
import type { LooseFile } from './schema.ts'

interface Rule {
  readonly pattern: RegExp
  readonly says: string
}

const WORD: Rule = { pattern: /^[a-z0-9][a-z0-9._-]{0,62}$/, says: 'lower case: a-z, 0-9, dot, _ and -' }
const NODE: Rule = { pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, says: 'a host name: letters, digits, dot, _ and -' }
const GROUP: Rule = { pattern: /^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}$/, says: 'letters, digits, dot, colon, _ and -' }

/** Names become words of commands and arguments of programs: none begins with a dash, none holds a space. */
export function checkNames(file: LooseFile): readonly Mistake[] {
  return [
    ...named('person', ['people'], file.people, WORD),
    ...named('team', ['teams'], file.teams, WORD),
    ...reserved(file),
    ...named('cluster', ['clusters'], file.clusters, WORD),
    ...Object.entries(file.clusters).flatMap(([name, cluster]) => [
      ...named('node', ['clusters', name, 'nodes'], cluster.nodes, NODE),
      ...named('group', ['clusters', name, 'groups'], cluster.groups ?? {}, GROUP),
    ]),
  ]
}

function named(kind: string, path: Path, entries: object, rule: Rule): readonly Mistake[] {
  const bad = Object.keys(entries).filter(name => !rule.pattern.test(name))
  return bad.map(name => ({
    code: 'bad-name',
    path: [...path, name],
    at: 'key',
    message: `"${name}" is no name for a ${kind}.`,
    next: `Use ${rule.says}.`,
  }))
}

function reserved(file: LooseFile): readonly Mistake[] {
  if (!Object.hasOwn(file.teams, EVERYONE)) return []
  const message = `"${EVERYONE}" is not a team: in "run" it already means whoever can speak to ha-bot.`
  return [{ code: 'bad-name', path: ['teams', EVERYONE], at: 'key', message, next: 'Choose another name.' }]
}
