export interface Mismatch {
  readonly line: number
  readonly opened: string
  readonly openedAt: number
  readonly closed: string
}

/** The first closing tag that does not close what was opened last; undefined where all do. */
export function unbalanced(text: string): Mismatch | undefined {
  const open: { name: string; line: number }[] = []
  for (const found of text.matchAll(/<(\/?)([A-Za-z_][\w.-]*)[^<>]*?(\/?)>/g)) {
    const [, closes, name = '', isEmpty] = found
    const line = text.slice(0, found.index).split('\n').length
    if (isEmpty) continue
    if (!closes) open.push({ name, line })
    else {
      const last = open.pop()
      if (last?.name !== name) return { line, opened: last?.name ?? '', openedAt: last?.line ?? 0, closed: name }
    }
  }
  const left = open.at(-1)
  return left && { line: text.split('\n').length, opened: left.name, openedAt: left.line, closed: '' }
}
