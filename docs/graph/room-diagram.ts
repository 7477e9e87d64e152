import { fileURLToPath } from 'node:url'
import { type RoomImports, roomImports } from './room-imports.ts'

export const DIAGRAM_FILE = fileURLToPath(new URL('../architecture.md', import.meta.url))

const BEGIN = '<!-- rooms: written by `npm run graph` -->'
const END = '<!-- end of rooms -->'

/** The rooms as a Mermaid flowchart: an arrow is an import, and one that follows from others is left out. */
export async function roomDiagram(): Promise<string> {
  const imports = await roomImports()
  const nodes = [...imports.keys()].map(room => `  ${idOf(room)}["${room}"]`)
  const arrows = [...imports].flatMap(([room, others]) =>
    others.filter(other => !isImplied(imports, room, other)).map(other => `  ${idOf(room)} --> ${idOf(other)}`),
  )
  return ['```mermaid', 'flowchart TD', ...nodes, ...arrows, '```'].join('\n')
}

/** The text with what stands between the markers replaced. Throws when the markers are gone. */
export function withDiagram(text: string, diagram: string): string {
  const [before, rest] = text.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined)
    throw new Error(`the markers of the diagram are gone: ${BEGIN} … ${END}`)
  return `${before}${BEGIN}\n${diagram}\n${END}${after}`
}

function isImplied(imports: RoomImports, from: string, to: string): boolean {
  return (imports.get(from) ?? []).some(other => other !== to && reaches(imports, other, to, new Set([from])))
}

function reaches(imports: RoomImports, from: string, to: string, seen: Set<string>): boolean {
  if (seen.has(from)) return false
  seen.add(from)
  const others = imports.get(from) ?? []
  return others.includes(to) || others.some(other => reaches(imports, other, to, seen))
}

function idOf(room: string): string {
  return room.replace(/\W/g, '_')
}
