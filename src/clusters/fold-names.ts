/**
 * Node names as operators write them: `node[1-3,5]`, `node1`, `alpha, node[1-2]`. Names that differ only in the number at their end are
 * folded; zero-padded numbers are kept as they are and never folded with others.
 */
export function foldNames(names: readonly string[]): string {
  const families = new Map<string, number[]>()
  const single: string[] = []
  for (const name of [...new Set(names)]) {
    const [, stem, digits] = /^(.*?)(0|[1-9]\d{0,8})$/.exec(name) ?? []
    if (stem === undefined || digits === undefined || /\d$/.test(stem)) single.push(name)
    else families.set(stem, [...(families.get(stem) ?? []), Number(digits)])
  }
  const folded = [...families].map(([stem, numbers]) => familyText(stem, numbers))
  return [...single, ...folded].sort().join(', ')
}

function familyText(stem: string, numbers: number[]): string {
  if (numbers.length === 1) return `${stem}${numbers[0]}`
  const runs: [number, number][] = []
  for (const number of numbers.sort((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last && last[1] === number - 1) last[1] = number
    else runs.push([number, number])
  }
  return `${stem}[${runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',')}]`
}
