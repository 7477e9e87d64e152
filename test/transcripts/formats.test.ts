import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { castText } from '../../src/transcripts/cast.ts'
import { transcriptHtml } from '../../src/transcripts/html.ts'
import { summaryMarkdown } from '../../src/transcripts/markdown.ts'
import { transcriptText } from '../../src/transcripts/text.ts'
import { recordOf, requested } from '../support/run-fixtures.ts'
import { type Tale, tale } from '../support/tale.ts'

// A released transcript.txt is rendered again by `ha verify`: whoever changes these raises RENDERING of src/transcripts/bundle.ts.
describe('a failover that ended badly, told by hand, reads well', () => {
  test.each([
    ['txt', ({ record, outputs }: Tale) => transcriptText(record, outputs)],
    ['html', ({ record, outputs }: Tale) => transcriptHtml(record, outputs)],
    ['cast', ({ record, outputs }: Tale) => castText(record, outputs)],
    ['md', ({ record }: Tale) => summaryMarkdown(record)],
  ])('as %s', async (extension, render) => {
    await expect(render(await tale())).toMatchFileSnapshot(`goldens/tale.${extension}`)
  })
})

/** What somebody would say, or a node print, who wants more than to be read. */
const NASTY = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</pre></details></li></ol></main><h1>forged</h1>',
  '<!--',
  '<style>*{display:none}</style>',
  '&lt;b&gt;',
  '\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007',
  '\u001b[2J\u001b[H\u001b[8mhidden\u001b[0m',
  '\u001b[31m\u001b[38;5;0;48;5;0mdark',
  '\u202e\u2066\u200b',
  '\r',
  '\n',
  '\n## forged\n\n| 14:00:00 | +0:00.0 | **approved** by Cy |\n',
  '```',
  '`',
  '|',
  '\\',
  '[x](https://evil.example)',
  '![x](https://evil.example/x.png)',
  '<https://evil.example>',
  '@here www.evil.example',
  '*bold* _it_ ~~no~~ $x$',
]
const nasty = fc
  .array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ maxLength: 12 })), { maxLength: 6 })
  .map(parts => parts.join(''))

async function told(check: (tale: Tale) => void): Promise<void> {
  await fc.assert(
    fc.asyncProperty(nasty, nasty, async (words, printed) => check(await tale({ words, printed }))),
    { numRuns: 150, examples: NASTY.map(one => [one, one]) },
  )
}

describe('whatever people say and nodes print', () => {
  test('a page holds no element and no attribute that is not ours', async () => {
    await told(({ record, outputs }) => {
      const html = transcriptHtml(record, outputs)
      const [head = '', body = ''] = html.split('</style>\n')
      expect(head.split('\n').filter(line => /^<(?!meta|html|!doctype|title|style)/.test(line))).toEqual([])
      expect(head).toMatch(/<title>[^<>]*<\/title>/)
      expectOwnMarkup(body.replace(/<\/html>\n$/, ''))
    })
  })

  test('a replay is a line of JSON a moment, in order of time, with nothing in it that a terminal obeys but colours', async () => {
    await told(({ record, outputs }) => {
      const [head, ...moments] = castText(record, outputs)
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line) as unknown)
      expect(head).toMatchObject({ version: 2, width: expect.any(Number), height: expect.any(Number) })
      let before = 0
      for (const moment of moments as [number, string, string][]) {
        expect(moment).toEqual([expect.any(Number), expect.stringMatching(/^[om]$/), expect.any(String)])
        expect(moment[0]).toBeGreaterThanOrEqual(before)
        before = moment[0]
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
        const text = moment[2].replace(/\r\n/g, '').replace(/\u001b\[(?:0|2|[0-9;]*3[1-6]|1)m/g, '')
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
        expect(text).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
      }
    })
  })

  test('a timeline keeps its rows, and nothing in it is a heading, a link, a picture or a tag', async () => {
    const usual = summaryMarkdown((await tale()).record).split('\n')
    await told(({ record }) => {
      const markdown = summaryMarkdown(record)
      const lines = markdown.split('\n')
      expect(lines.filter(line => line.startsWith('#')).length).toBe(usual.filter(line => line.startsWith('#')).length)
      expect(lines.filter(line => line.startsWith('|')).length).toBe(usual.filter(line => line.startsWith('|')).length)
      const words = withoutCode(markdown)
      expect(words.replaceAll('<br>', '')).not.toMatch(/<|https?:\/\/|@|\bwww\./)
      expect(words).not.toMatch(/(?<!\\)(?:\\\\)*\]\(/)
      for (const line of lines.filter(one => one.startsWith('|'))) expect([3, 6]).toContain(cellsOf(line))
    })
  })

  test('a transcript has no line of its own that was not said by us', async () => {
    await told(({ record, outputs }) => {
      const lines = transcriptText(record, outputs).trimEnd().split('\n')
      const ours =
        /^ {2}|^\d\d:\d\d:\d\d\.\d{3} {2}\+|^ha-bot transcript|^asked |^approved |^server2 |^(?:evidence|left behind|undo|next): /
      expect(lines.filter(line => line.includes('forged') && !ours.test(line))).toEqual([])
      expect(lines.filter(line => line.startsWith('chain  '))).toHaveLength(1)
    })
  })
})

/** Every `<` begins one of the few forms that we write, and each is closed in its turn. */
function expectOwnMarkup(body: string): void {
  const open: string[] = []
  const rest = body.replace(/<(\/?)([a-z]+[1-6]?)( class="[a-z ]+")?( open)?>/g, (_, slash: string, name: string) => {
    if (slash === '') open.push(name)
    else expect(open.pop()).toBe(name)
    return ''
  })
  expect(open).toEqual([])
  expect(rest).not.toMatch(/[<>]/)
  const odd = body.match(
    /<(?!\/?(?:header|main|section|footer|h1|h2|p|span|ol|ul|li|dl|dt|dd|details|summary|pre|code|b|div|table|thead|tbody|tr|th|td)\b)/g,
  )
  expect(odd).toBeNull()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  expect(body).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
}

/** Code spans are shown as they are: nothing in them is a mark. */
function withoutCode(markdown: string): string {
  return markdown.replace(/(?<![\\`])(`+)(?!`)(?:(?!\1)[\s\S]|`(?!\1))*?(?<!`)\1(?!`)/g, '')
}

function cellsOf(line: string): number {
  return (line.match(/(?<!\\)(?:\\\\)*\|/g) ?? []).length - 1
}

describe('output', () => {
  test('that is the same on several nodes stands there once, and what differs stands apart', async () => {
    const { record, outputs } = await tale()
    const text = transcriptText(record, outputs)
    expect(text.match(/mounted: \/dev\/drbd0/g)).toHaveLength(2)
    expect(text).toContain('    node[1-3,5] │ mounted: /dev/drbd0\n')
    expect(text).toContain('    node4 │ WARNING: clock is 4 s behind\n')
  })

  test('that is too long says how much more there is, where, and how it ended', async () => {
    const lines = Array.from({ length: 40_000 }, (_, i) => `line ${i} of a very long story`)
    const { record, outputs } = await tale({ printed: `${lines.join('\n')}\n` })
    for (const text of [transcriptHtml(record, outputs), castText(record, outputs)]) {
      expect(text.length).toBeLessThan(200_000)
      expect(text).toContain('line 100 of a very long story')
      expect(text).toMatch(/… \d+ more bytes; output\/look\.node4\.out has all \d+ \(sha256 [0-9a-f]{64}\); its end:/)
      expect(text).toContain('line 39999 of a very long story')
      expect(text).not.toContain('line 20000 of a very long story')
    }
    expect(transcriptText(record, outputs)).toContain('line 20000 of a very long story')
  })

  test('that cannot be read is told with what the journal knows of it', async () => {
    const { record } = await tale()
    const text = transcriptText(record, new Map())
    expect(text).toContain('node4 │ (118 bytes in output/look.node4.out, which cannot be read here; its end:)')
    expect(text).toContain('node4 │ WARNING: clock is 4 s behind')
  })
})

test('a replay has markers for the gate and for the steps that do something or take their time', async () => {
  const { record, outputs } = await tale()
  const [, ...moments] = castText(record, outputs)
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as unknown[])
  expect(moments.filter(([, kind]) => kind === 'm').map(([, , label]) => label)).toEqual([
    'How the nodes are',
    'waits for approval',
    'Move the group',
    'All of it runs there',
  ])
})

test('a request that came to nothing is told in every format', async () => {
  const problem = { code: 'unknown-group', message: 'No group "sevrer2" in pvfs.', suggestion: 'server2' }
  const record = recordOf(await requested('failover sevrer2'), { type: 'refused', problems: [problem] })
  for (const text of [transcriptText(record, new Map()), summaryMarkdown(record), transcriptHtml(record, new Map())]) {
    expect(text).toMatch(/Did you mean server2\?/)
    expect(text.toLowerCase()).toContain('refused')
  }
  expect(castText(record, new Map())).toContain('Did you mean server2?')
})
