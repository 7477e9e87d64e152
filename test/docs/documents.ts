import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))

/** A document of the repository, taken apart. Lines count from 1. */
export interface Document {
  /** From the root of the repository: `docs/operating.md`. */
  readonly file: string
  readonly text: string
  readonly blocks: readonly Block[]
  /** Text between single backticks, outside of blocks. */
  readonly inline: readonly { readonly text: string; readonly line: number }[]
  /** Links and pictures, as written. */
  readonly links: readonly { readonly target: string; readonly line: number }[]
  /** Anchors of the headings, as GitHub makes them. */
  readonly anchors: ReadonlySet<string>
}

/** A fenced block; `line` is that of its first content. */
interface Block {
  readonly language: string
  readonly text: string
  readonly line: number
}

/** Every document that people read: those at the root and all under docs/. */
export async function readDocuments(): Promise<readonly Document[]> {
  const inDocs = await readdir(join(REPOSITORY, 'docs'), { recursive: true, withFileTypes: true })
  const files = [
    ...(await readdir(REPOSITORY)).filter(name => name.endsWith('.md')),
    ...inDocs
      .filter(found => found.isFile() && found.name.endsWith('.md'))
      .map(found => relative(REPOSITORY, join(found.parentPath, found.name))),
  ]
  return await Promise.all(
    files.sort().map(async file => parseDocument(file, await readFile(join(REPOSITORY, file), 'utf8'))),
  )
}

export function parseDocument(file: string, text: string): Document {
  const blocks: Block[] = []
  /** The text with the content of blocks blanked, line for line. */
  const prose: string[] = []
  let open: { fence: string; language: string; lines: string[]; line: number } | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const [, indent = '', fence, language = ''] = /^( *)(```+)(\w*)$/.exec(line) ?? []
    if (open && fence === open.fence) {
      blocks.push({ language: open.language, text: open.lines.join('\n'), line: open.line })
      open = undefined
    } else if (open) open.lines.push(line)
    else if (fence) open = { fence, language, lines: [], line: index + 2 }
    prose.push(open || fence ? indent : line)
  }
  const found = (pattern: RegExp) =>
    prose.flatMap((line, index) =>
      [...line.matchAll(pattern)].map(match => ({ text: match[1] ?? '', line: index + 1 })),
    )
  const withoutCode = prose.map(line => line.replace(/`[^`]*`/g, code => ' '.repeat(code.length)))
  const links = withoutCode.flatMap((line, index) =>
    [...line.matchAll(/\]\(([^)\s]+)\)/g)].map(match => ({ target: match[1] ?? '', line: index + 1 })),
  )
  const anchors = new Set(prose.flatMap(line => (/^#+ /.test(line) ? [anchorOf(line)] : [])))
  return { file, text, blocks, inline: found(/`([^`]+)`/g), links, anchors }
}

function anchorOf(heading: string): string {
  const words = heading.replace(/^#+ /, '').toLowerCase()
  return words.replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')
}
