/**
 * The shapes in which a value may turn up in output: as it is, base64 (in any of three alignments inside longer text, both
 * alphabets), hex, percent-encoded, and escaped for JSON; of lines that end with CR LF also without CR. Shapes that are equal appear once.
 */
export function formsOf(value: Buffer): readonly Buffer[] {
  const text = value.toString('utf8')
  const isText = Buffer.from(text, 'utf8').equals(value)
  const shapes = [value, ...base64Forms(value), ...hexForms(value), ...(isText ? textForms(text) : [])]
  if (isText && text.includes('\r\n')) shapes.push(...formsOf(Buffer.from(text.replaceAll('\r\n', '\n'), 'utf8')))
  const distinct = new Map(shapes.map(shape => [shape.toString('latin1'), shape]))
  return [...distinct.values()]
}

/** Characters at either end that also depend on the neighbouring bytes are left off: they give away a few bits at most. */
function base64Forms(value: Buffer): readonly Buffer[] {
  const cores = [0, 1, 2].map(shift => {
    const encoded = Buffer.concat([Buffer.alloc(shift), value])
      .toString('base64')
      .replace(/=+$/, '')
    const whole = Math.floor(((shift + value.length) * 8) / 6)
    return encoded.slice(Math.ceil((shift * 8) / 6), whole)
  })
  const urlSafe = cores.map(core => core.replaceAll('+', '-').replaceAll('/', '_'))
  return [...cores, ...urlSafe].map(core => Buffer.from(core, 'latin1'))
}

function hexForms(value: Buffer): readonly Buffer[] {
  const hex = value.toString('hex')
  return [hex, hex.toUpperCase()].map(form => Buffer.from(form, 'latin1'))
}

function textForms(text: string): readonly Buffer[] {
  const percent = encodeURIComponent(text)
  const lower = percent.replaceAll(/%[0-9A-F]{2}/g, code => code.toLowerCase())
  const strict = percent.replaceAll(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
  const json = JSON.stringify(text).slice(1, -1)
  const ascii = json.replaceAll(/[\u0080-\uffff]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const forms = [percent, lower, strict, percent.replaceAll('%20', '+'), json, ascii, json.replaceAll('/', '\\/')]
  return forms.map(form => Buffer.from(form, 'utf8'))
}
