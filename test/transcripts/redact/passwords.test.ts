import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../../src/transcripts/redact.ts'
import { byteByByte, cut, inPieces } from './pieces.ts'

/** `¤` is the password. */
const HELD: readonly (readonly [string, string])[] = [
  ['a CIB', '<nvpair id="ia-1" name="passwd" value="¤"/>'],
  ['a CIB, the value first', '<nvpair value="¤" id="ia-1" name="passwd"/>'],
  ['a CIB of Heartbeat, over several lines', '<nvpair\n  id="ia-1"\n  name="passwd"\n  value="¤"/>'],
  ['single quotes', "<nvpair id='ia-1' name='password' value='¤'/>"],
  ['a difference', '+          <nvpair id="ia-1" name="passwd" value="¤"/>'],
  ['SNMP', '<nvpair name="snmp_priv_passwd" value="¤"/>'],
  ['cluster.conf', '<fencedevice agent="fence_ipmilan" login="root" passwd="¤" name="ipmi1"/>'],
  ['cluster.conf, password', '<fencedevice password="¤" name="ipmi1"/>'],
  ['the crm shell', 'params hostname=node1 userid=admin passwd=¤ interface=lan'],
  ['the crm shell, in quotes', 'params passwd="¤" interface=lan'],
  ['a difference that lost the beginning of its tag', '-   name="passwd" value="¤"/>'],
  ['a value that holds others', '<nvpair name="options" value="login=admin,passwd=¤"/>'],
  ['the same, the value first', '<nvpair value="login=admin,passwd=¤" name="options"/>'],
  ['text for JSON', '{"line":"passwd=\\"¤\\" lan"}'],
  ['capitals', 'IPMI_PASSWORD=¤ ipmitool -E'],
  ['spaces', 'community = "¤"'],
  ['authkeys', 'auth 1\n1 sha1 ¤\n2 crc\n'],
  ['authkeys, as a difference', '-1 md5 ¤\n'],
  ['ha.cf', 'stonith_host * external/ipmi node1 192.0.2.1 admin ¤ lan\n'],
  ['ha.cf, commented out', '#stonith_host node2  wti_nps 192.0.2.9 ¤\n'],
]

const PASSWORD = 'hunter2&amp;ü/x'
const about = (text: string) => text.replaceAll('¤', PASSWORD)

describe('a password that nobody told us', () => {
  test.each(HELD)('is masked in %s, however the bytes come', (_, text) => {
    const redactor = createRedactor()
    const bytes = Buffer.from(about(text))
    const masked = redactor.mask(bytes)
    expect(masked.toString()).not.toMatch(/hunter|ü/)
    expect(masked).toHaveLength(bytes.length)
    expect(byteByByte(redactor, bytes).toString()).toBe(masked.toString())
    expect(redactor.mask(masked).toString()).toBe(masked.toString())
  })

  test('leaves a CIB and a cluster.conf as well-formed as they were, and the rest readable', () => {
    expect(createRedactor().text(HELD.map(([, text]) => about(text)).join('\n'))).toMatchInlineSnapshot(`
      "<nvpair id="ia-1" name="passwd" value="****************"/>
      <nvpair value="****************" id="ia-1" name="passwd"/>
      <nvpair
        id="ia-1"
        name="passwd"
        value="****************"/>
      <nvpair id='ia-1' name='password' value='****************'/>
      +          <nvpair id="ia-1" name="passwd" value="****************"/>
      <nvpair name="snmp_priv_passwd" value="****************"/>
      <fencedevice agent="fence_ipmilan" login="root" passwd="****************" name="ipmi1"/>
      <fencedevice password="****************" name="ipmi1"/>
      params hostname=node1 userid=admin passwd=**************** interface=lan
      params passwd="****************" interface=lan
      -   name="passwd" value="****************"/>
      <nvpair name="options" value="login=admin,passwd=****************"/>
      <nvpair value="login=admin,passwd=****************" name="options"/>
      {"line":"passwd=\\"****************\\" lan"}
      IPMI_PASSWORD=**************** ipmitool -E
      community = "****************"
      auth 1
      1 sha1 ****************
      2 crc

      -1 md5 ****************

      stonith_host * external/ipmi node1 192.0.2.1 ***** **************** ***

      #stonith_host node2  wti_nps 192.0.2.9 ****************
      "
    `)
  })

  test.each([
    'passwd: files sss',
    '<nvpair id="x" name="passwd_script" value="/etc/fence/ask"/>',
    '<nvpair id="x" name="pcmk_host_list" value="node1 node2"/>',
    '<nvpair value="192.0.2.1" name="ipaddr"/>',
    '<fencedevice agent="fence_ipmilan" login="ADMIN" name="ipmirecover1"/>',
    'Password for admin: ',
    'sudo: a password is required',
    'PasswordAuthentication=no',
    '1 crc',
    'auth 1',
    '12 md5sum differ',
    '<totem token="30000"/>',
    'No stonith_host line in ha.cf: a node that only hangs is taken for dead',
    'stonith_host * meatware node1 node2',
    'respawn hacluster /usr/lib/heartbeat/ipfail',
    'passwd="" passwd=\'\'',
  ])('is not seen in %s', text => {
    expect(createRedactor().text(text)).toBe(text)
  })

  test('is masked by what it is where it is known as well', () => {
    const redactor = createRedactor()
    redactor.register('fence', 'a"long password')
    expect(redactor.text('passwd=a"long password;')).not.toMatch(/a"|long/)
  })

  test('does not hold back what may go on: only the value of a tag whose name is still to come', () => {
    const stream = createRedactor().stream()
    expect(stream.write(Buffer.from('passwd=abc')).toString()).toBe('passwd=***')
    expect(stream.write(Buffer.from('d <nvpair value="efg')).toString()).toBe('* <nvpair value="')
    expect(stream.write(Buffer.from('" id="x" name="passwd"/>.')).toString()).toBe('***" id="x" name="passwd"/>.')
    expect(stream.write(Buffer.from('<nvpair value="efg" name="port"')).toString()).toBe(
      '<nvpair value="efg" name="port"',
    )
    const much = `<nvpair value="${'x'.repeat(6000)}`
    const passed = stream.write(Buffer.from(much)).toString()
    expect(much.length - passed.length).toBeLessThan(5000)
    stream.write(Buffer.from('<a value="tail'))
    expect(stream.flush().toString()).toBe('****')
  })
})

describe('passwords of a file that is copied', () => {
  const FILE = `<nvpair name="passwd" value="a&lt;bc&amp;def"/>
<nvpair name="password" value="password"/>
stonith_host * external/ipmi node1 192.0.2.1 Administrator long-said lanplus
1 sha1 0123456789abcdef
`

  test('are masked wherever a node prints them, as they are written and as they are meant; ordinary words are not', () => {
    const redactor = createRedactor()
    redactor.learn('cib.xml', FILE)
    const masked = redactor.text(
      'no such user a<bc&def\n error near a&lt;bc&amp;def"/>\nlong-said: refused\nkey 0123456789abcdef\na password is required, Administrator: -I lanplus',
    )
    expect(masked).not.toMatch(/bc&|said|456789/)
    expect(masked).toContain('a password is required, Administrator: -I lanplus')
  })
})

describe('whatever is read', () => {
  const part = fc.constantFrom(
    ...['<nvpair ', 'name="', 'passwd', '" ', 'value="', "'", '=', '/>', '<', ' ', '\n', 'stonith_host ', '* ', '\\"'],
    ...['external/ipmi ', '1 ', 'sha1 ', 'secret', 'x', 'ü', 'community', '\\', '\u001b[1m', 'name=', 'value='],
  )
  const sizes = fc.array(fc.nat({ max: 9 }), { maxLength: 60 })

  test('the result does not depend on the pieces, and has the same length', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), sizes, (parts, cuts) => {
        const bytes = Buffer.from(parts.join(''))
        const redactor = createRedactor()
        const whole = redactor.mask(bytes)
        expect(whole).toHaveLength(bytes.length)
        expect(inPieces(redactor, cut(bytes, cuts)).equals(whole)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  test('no password is left in a tag, whatever else stands in it and in what order', () => {
    const other = fc.constantFrom('id="a-1"', "class='x'", 'description="a &gt; b"', '\n ')
    const password = fc.stringMatching(/^[A-Z0-9!#$%()*+,./:;?@^_{|}~-]{5,20}$/)
    fc.assert(
      fc.property(
        fc.array(other, { maxLength: 4 }),
        password,
        fc.nat(5),
        fc.nat(5),
        (others, secret, first, second) => {
          const attributes: string[] = [...others]
          attributes.splice(first, 0, 'name="passwd"')
          attributes.splice(second, 0, `value="${secret}"`)
          const masked = createRedactor().text(`<nvpair ${attributes.join(' ')}/>\n`)
          expect(masked).toContain(`value="${'*'.repeat(secret.length)}"`)
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('fingerprints of what is hidden', () => {
  const line = (password: string, id = 'a') => `<x/>\n <nvpair id="${id}" name="passwd" value="${password}"/>\n`

  test('tell by line whether two passwords are the same', () => {
    const { hidden, text } = createRedactor()
    expect(text(line('abcdef'))).toBe(text(line('ghijkl')))
    expect([...hidden(line('abcdef')).keys()]).toEqual([1])
    expect(hidden(line('abcdef'))).not.toEqual(hidden(line('ghijkl')))
    expect(hidden(line('abcdef', 'b'))).toEqual(hidden(line('abcdef')))
    expect(hidden('nothing\n').size).toBe(0)
  })
})
