import { type Element, element } from '../../xml/element.ts'
import { formatXml } from '../../xml/text.ts'

/** The envelope of every `--output-as=xml`. */
export function result(request: string, parts: readonly Element[]): string {
  const status = element('status', { code: '0', message: 'OK' })
  return formatXml(element('pacemaker-result', { 'api-version': '2.25', request }, [...parts, status]))
}

/** The envelope of a refusal; the messages are text elements, which nothing else here needs. */
export function failedResult(request: string, code: number, message: string, errors: readonly string[]): string {
  const lines = errors.map(error => `      <error>${error}</error>\n`).join('')
  const inner = `  <status code="${code}" message="${message}">\n    <errors>\n${lines}    </errors>\n  </status>\n`
  return `<pacemaker-result api-version="2.25" request="${request}">\n${inner}</pacemaker-result>\n`
}
