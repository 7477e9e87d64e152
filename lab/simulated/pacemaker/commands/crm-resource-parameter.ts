import { refusal, reply, type ToolReply } from '../../stack-model.ts'
import { attribute, walk } from '../../xml/element.ts'
import { nvpairs } from '../cib.ts'
import { EXIT } from '../exit-codes.ts'
import type { ResourceCall } from './crm-resource-call.ts'

/** `--get-parameter NAME`: the value, or a complaint; the exit code is 0 either way. */
export function getParameter({ source, resource, values }: ResourceCall): ToolReply {
  const wanted = values['parameter'] ?? ''
  const element = [...walk(source.cib)].find(one => one.name === 'primitive' && attribute(one, 'id') === resource)
  const value = nvpairs(element, 'instance_attributes')[wanted]
  return value === undefined
    ? refusal(EXIT.ok, `Attribute '${wanted}' not found for '${resource}'`)
    : reply(`${value}\n`)
}
