import { type ASTNode, parse } from '@marcbachmann/cel-js'

/** The conditions that a checked expression joins by `&&`, as they are written; one that joins none is its own only part. */
export function conjuncts(source: string): readonly string[] {
  return partsOf(parse(source).ast).map(part => source.slice(part.start, part.end))
}

function partsOf(node: ASTNode): readonly ASTNode[] {
  return node.op === '&&' ? node.args.flatMap(partsOf) : [node]
}
