import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { ToolCall } from '../../stack-model.ts'
import { attribute, type Element } from '../../xml/element.ts'
import { formatXml, parseXml } from '../../xml/text.ts'
import { changedBy, type Live } from '../engine/live.ts'

/** The CIB a tool works on: the live one, or the file that CIB_file names. */
export interface Source {
  readonly cib: Element
  readonly live: boolean
  /** Makes edits of the configuration count: epoch up, file written or cluster told. */
  commit(client: string): void
}

/** undefined: no cluster on this node, or no such file. */
export function openSource(call: ToolCall, live: Live): Source | undefined {
  if (call.cibFile !== '') return openFile(call.cibFile)
  if (!live.up.has(call.node)) return undefined
  const commit = (client: string) => changedBy(live, { node: call.node, client, user: 'root' })
  return { cib: live.cib, live: true, commit }
}

function openFile(file: string): Source | undefined {
  const cib = readXmlFile(file)
  if (!cib) return undefined
  return {
    cib,
    live: false,
    commit() {
      cib.attributes['epoch'] = String(Number(attribute(cib, 'epoch')) + 1)
      cib.attributes['num_updates'] = '0'
      writeFileSync(`${file}.new`, formatXml(cib), { mode: 0o600 })
      renameSync(`${file}.new`, file)
    },
  }
}

/** A file's XML; undefined when it cannot be read or is not well-formed. */
export function readXmlFile(file: string): Element | undefined {
  try {
    return parseXml(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
