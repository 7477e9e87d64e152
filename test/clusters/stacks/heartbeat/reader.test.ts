import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readHaresources } from '../../../../src/clusters/stacks/heartbeat/haresources.ts'
import { heartbeatReader } from '../../../../src/clusters/stacks/heartbeat/reader.ts'
import { NAME_PATTERN } from '../../../../src/runbooks/input-types.ts'
import { answer } from '../../reading.ts'
import { answersOf, DETECTED, parse, view } from './answers.ts'

const FRED = { node: 'fred', peer: 'barney', holds: 'local' } as const
const calm = () => answersOf(FRED)

describe("one node's answers", () => {
  it.each(['stack', 'ha.cf', 'haresources', 'said'] as const)('cut off anywhere in %s they are refused', query => {
    const whole = calm()[query].stdout.trimEnd()
    const believed = Array.from({ length: whole.length }, (_, length) => length).filter(
      length => parse({ ...calm(), [query]: answer(whole.slice(0, length)) }).ok,
    )
    expect(believed).toEqual([])
    expect(parse(calm()).ok).toBe(true)
  })

  it('whatever they are, reading them ends in a status or a problem', () => {
    const queries = fc.constantFrom('stack', 'ha.cf', 'haresources', 'said')
    const lines = fc.array(fc.oneof(fc.string(), fc.constantFrom('end', '|all', '? rscstatus', '|fred x::y::z')))
    fc.assert(
      fc.property(lines, queries, (text, query) => {
        const result = parse({ ...calm(), [query]: answer(`${text.join('\n')}\nend\n`) })
        expect(result.ok || result.problems.length > 0).toBe(true)
      }),
    )
  })

  it('are looked at as a whole: one that is missing or too long is refused', () => {
    const { said, ...others } = calm()
    expect(parse(others)).toMatchObject({ ok: false, problems: [{ code: 'answer-missing' }] })
    expect(parse({ ...others, said: { ...said, truncated: true } })).toMatchObject({ ok: false })
  })

  it('with the CRM on, the node is of another stack: what was found where, and which would be right', () => {
    const crm = { ...calm(), stack: answer(DETECTED.replace('crm=', 'crm=yes')) }
    expect(parse(crm)).toMatchObject({
      ok: false,
      problems: [
        {
          code: 'wrong-stack',
          message: 'fred is set up for heartbeat-crm, and the configuration says "stack: heartbeat" for files.',
          excerpt: 'fred: heartbeat-crm: "crm yes" stands in /etc/ha.d/ha.cf',
        },
      ],
    })
  })

  it('without cl_status say that it is not installed', () => {
    const said = answer('? uname -n\n|fred\n? hbstatus\n|\nend\n', { stderr: 'sh: 3: cl_status: not found\n' })
    expect(parse({ ...calm(), said })).toMatchObject({ ok: false, problems: [{ code: 'tool-missing' }] })
  })

  it('of a Heartbeat that runs and does not answer say that what it holds is not known', () => {
    const stderr = "cl_status[4711]: ERROR: REASON: hb_api_signon: Can't initiate connection to heartbeat\n"
    const said = answer(
      '? uname -n\n|fred\n? hbstatus\n|Heartbeat is running on this machine.\n? rscstatus\n|\n? listnodes -n\n|\nend\n',
      { stderr, exitCode: 1 },
    )
    expect(parse({ ...calm(), said })).toMatchObject({
      ok: false,
      problems: [{ code: 'cluster-silent', message: expect.stringContaining("Can't initiate connection") }],
    })
  })

  it.each([
    ['rscstatus\n|local', 'rscstatus\n|most'],
    ['nodestatus barney\n|active', 'nodestatus barney\n|asleep'],
    ['Heartbeat is running', 'Heartbeat may be running'],
  ])('with a word that no Heartbeat says are not understood: %s', (word, other) => {
    const said = answer(calm().said.stdout.replace(word, other))
    expect(parse({ ...calm(), said })).toMatchObject({ ok: false, problems: [{ code: 'answer-not-understood' }] })
  })

  it('from a machine that calls itself otherwise are refused: the address is wrong, or the name', () => {
    expect(parse(answersOf({ ...FRED, node: 'wilma' }), 'fred')).toMatchObject({
      ok: false,
      problems: [{ code: 'other-node', message: 'The node that answers as fred calls itself "wilma".' }],
    })
  })

  it('of a stopped Heartbeat are a reading: the node is offline and holds nothing', () => {
    const status = view({ ...FRED, holds: 'stopped' })
    expect(status.nodes['fred']).toMatchObject({ online: false, state: 'offline', groups: [] })
    expect(Object.values(status.groups).every(({ nodes }) => nodes.length === 0)).toBe(true)
  })

  it('name a node as the cluster spells it, however `uname -n` does', () => {
    const said = answer(calm().said.stdout.replace('|fred\n? hbstatus', '|FRED\n? hbstatus'))
    const result = parse({ ...calm(), said })
    expect(result).toMatchObject({
      ok: true,
      value: { readFrom: ['fred'], groups: { '192.168.1.100': { node: 'fred' } } },
    })
  })
})

describe('the questions', () => {
  it('go to every node, are few, and have hard limits', () => {
    expect(heartbeatReader.asks).toBe('all')
    expect(heartbeatReader.queries.map(({ name }) => name)).toEqual(['stack', 'ha.cf', 'haresources', 'said'])
    expect(heartbeatReader.queries.every(({ timeoutMs }) => timeoutMs <= 10_000)).toBe(true)
  })
})

describe('haresources', () => {
  const names = (text: string) =>
    readHaresources(text.split('\n').map(line => `|${line}`)).map(({ prefers, resources, name }) => [
      name,
      prefers,
      resources.map(resource => resource.name).join(' '),
    ])

  it('is read as the documents write it', () => {
    expect(names('n1 evms_failover::dg1 evms_failover::dg2')).toEqual([['dg1', 'n1', 'dg1 dg2']])
    const opengfs = 'fred 192.168.1.100 memexpd \\\n Filesystem::/dev/sda3::/ogfs::ogfs::hostdata=192.168.1.1 smb'
    expect(names(opengfs)).toEqual([['192.168.1.100', 'fred', '192.168.1.100 memexpd Filesystem smb']])
  })

  it('leaves comments out, takes node names in lower case, and an address with its mask for the address', () => {
    expect(names('# a comment\n\nFRED IPaddr::10.0.0.1/24/eth0 httpd # web\n')).toEqual([
      ['10.0.0.1', 'fred', '10.0.0.1 httpd'],
    ])
  })

  it('calls things that would share a name by all of what is written', () => {
    expect(names('n1 Filesystem::/dev/a::/a Filesystem::/dev/b::/b')).toEqual([
      ['Filesystem-dev-a-a', 'n1', 'Filesystem-dev-a-a Filesystem-dev-b-b'],
    ])
    expect(names('n1 drbd::r0 x\nn2 vip::r0 y').map(([name]) => name)).toEqual(['drbd-r0', 'vip-r0'])
  })

  it('gives names that can be typed, whatever is written', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9:/.,=_-]{0,20}$/)
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), resources => {
        const groups = readHaresources([`|n1 ${resources.join(' ')}`])
        for (const { name } of groups) expect(name).toMatch(NAME_PATTERN)
        const members = groups.flatMap(group => group.resources.map(({ name }) => name))
        expect(new Set(members).size).toBe(resources.length)
      }),
    )
  })
})
