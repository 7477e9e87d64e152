import { resolve } from 'node:path'
import { refusal, reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { copyOf, type Element } from '../../xml/element.ts'
import type { Live } from '../engine/live.ts'
import { EXIT } from '../exit-codes.ts'
import { simulateText } from '../simulate.ts'
import { readOptions } from './options.ts'
import { openSource, readXmlFile } from './source.ts'

const OPTIONS = {
  L: 'live',
  'live-check': 'live',
  x: 'file=',
  'xml-file': 'file=',
  p: 'pipe',
  'xml-pipe': 'pipe',
  S: 'simulate',
  simulate: 'simulate',
  R: 'run',
  run: 'run',
  s: 'scores',
  'show-scores': 'scores',
}

/** `crm_simulate -x FILE | -L [-S] [-s]`: what the cluster would do. */
export function crmSimulate(call: ToolCall, live: Live): ToolReply {
  const { values, unknown } = readOptions(call.args, OPTIONS)
  if (unknown) return refusal(EXIT.usage, `crm_simulate: Unknown option ${unknown}`)
  const cib = inputOf(call, live, values)
  if (!cib) return refusal(EXIT.noInput, 'crm_simulate: CIB query failed: Input file not available')
  const text = simulateText(copyOf(cib), {
    simulate: values['simulate'] === 'yes',
    scores: values['scores'] === 'yes',
    now: live.clock.now(),
  })
  return reply(text)
}

function inputOf(call: ToolCall, live: Live, values: Readonly<Record<string, string>>): Element | undefined {
  if (values['file'] !== undefined) return readXmlFile(resolve(call.cwd, values['file']))
  return openSource(call, live)?.cib
}
