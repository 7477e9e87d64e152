import { suggest } from '../clusters/suggest.ts'
import type { Directory, Person, Team } from '../policy/people.ts'
import { type Mistake, type Path, pathText } from './mistake.ts'
import { findTwice } from './repeated.ts'
import type { ConfigFile, LooseFile } from './schema.ts'
import { parseSshPublicKey } from './ssh-public-key.ts'

/** People and teams as policy knows them, from a file without mistakes. */
export function directoryOf(file: ConfigFile): Directory {
  const people = Object.entries(file.people).map(([name, { slack, ssh }]): Person => {
    return { name, ssh: keysOf(ssh).map(({ line }) => line.trim()), ...(slack && { slack }) }
  })
  const teams = Object.entries(file.teams).map(([name, { members, slackGroup }]): Team => {
    return { name, members, ...(slackGroup && { slackGroup }) }
  })
  return {
    people: Object.fromEntries(people.map(person => [person.name, person])),
    teams: Object.fromEntries(teams.map(team => [team.name, team])),
  }
}

/** `known` are the names in the file, those of entries with mistakes included: a reference to them is no second mistake. */
export function checkDirectory(file: LooseFile, known: readonly string[]): readonly Mistake[] {
  const people = Object.entries(file.people)
  const accounts = people.flatMap(([name, { slack }]) =>
    slack ? [{ what: slack, path: ['people', name, 'slack'] }] : [],
  )
  const keys = people.flatMap(([name, { ssh }]) =>
    keysOf(ssh).map(({ line, path }) => ({ parsed: parseSshPublicKey(line), path: ['people', name, 'ssh', ...path] })),
  )
  const texts = keys.flatMap(({ parsed, path }) => (parsed.ok ? [{ what: parsed.value.text, path }] : []))
  return [
    ...findTwice(accounts, 'same-slack-id', ({ what, path }, first) => ({
      message: `${pathText(path)}: ${what} is already the account of ${first.path[1]}.`,
      next: 'One person has one entry, else one human could count as two.',
    })),
    ...keys.flatMap(({ parsed, path }) => (parsed.ok ? [] : parsed.problems.map(problem => keyMistake(problem, path)))),
    ...findTwice(texts, 'same-ssh-key', ({ path }, first) => ({
      message: `${pathText(path)} is already a key of ${first.path[1]}.`,
      next: 'A key belongs to one person, once.',
    })),
    ...Object.entries(file.teams).flatMap(([team, { members }]) => unknownMembers(team, members ?? [], known)),
  ]
}

function keyMistake(problem: Pick<Mistake, 'code' | 'message' | 'next'>, path: Path): Mistake {
  const { code, message, next } = problem
  return { code, path, message: `${pathText(path)} ${message}.`, ...(next && { next }) }
}

function unknownMembers(team: string, members: readonly string[], known: readonly string[]): readonly Mistake[] {
  return members.flatMap((member, index): readonly Mistake[] => {
    const path = ['teams', team, 'members', index]
    if (members.indexOf(member) < index) {
      return [{ code: 'named-twice', path, message: `${member} is in team ${team} twice.`, next: 'Remove one.' }]
    }
    if (known.includes(member)) return []
    const suggestion = suggest(member, known)
    const message = `Team ${team} names ${member}, who is not in people.`
    return [{ code: 'unknown-person', path, message, ...(suggestion && { suggestion }) }]
  })
}

function keysOf(ssh: string | readonly string[] | undefined): readonly { line: string; path: Path }[] {
  if (typeof ssh === 'string') return [{ line: ssh, path: [] }]
  return (ssh ?? []).map((line, index) => ({ line, path: [index] }))
}
