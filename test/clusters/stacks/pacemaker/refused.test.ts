import { describe, expect, it } from 'vitest'
import { answer, answersOf, committed, parse } from '../../reading.ts'

function codes(result: ReturnType<typeof parse>): string[] {
  return result.ok ? [] : result.problems.map(problem => problem.code)
}

function saying(result: ReturnType<typeof parse>): string {
  return result.ok ? '' : result.problems.map(problem => problem.message).join(' ')
}

const notConnected = `<pacemaker-result api-version="2.25" request="crm_mon -1 --output-as=xml">
  <status code="102" message="Not connected">
    <errors>
      <error>crm_mon: Connection to cluster failed: Connection refused</error>
    </errors>
  </status>
</pacemaker-result>
`

describe('answers that are refused', () => {
  const calm = answersOf('calm')

  it('Pacemaker is not running there', () => {
    const result = parse({ ...calm, status: answer(notConnected, { exitCode: 102 }) })
    expect(codes(result)).toEqual(['cluster-not-running'])
    expect(saying(result)).toContain('Connection refused')
  })

  it('cibadmin could not connect, which it says on stderr only', () => {
    const said = { stderr: 'Could not connect to the CIB: Transport endpoint is not connected\n', exitCode: 102 }
    expect(codes(parse({ ...calm, cib: answer('', said) }))).toEqual(['cluster-not-running'])
  })

  it('the tools are not installed', () => {
    const result = parse({ ...calm, status: answer('', { stderr: 'sh: 1: crm_mon: not found\n', exitCode: 127 }) })
    expect(codes(result)).toEqual(['tool-missing'])
    expect(saying(result)).toContain('crm_mon')
  })

  it('any other complaint is passed on', () => {
    const result = parse({ ...calm, digest: answer('', { stderr: 'no memory\n' }) })
    expect(codes(result)).toEqual(['answer-empty'])
    expect(saying(result)).toContain('no memory')
    expect(codes(parse({ ...calm, digest: answer('') }))).toEqual(['answer-empty'])
  })

  it.each([
    ['status', undefined, 'answer-missing'],
    ['status', answer('x', { truncated: true }), 'answer-too-long'],
    ['status', answer('Connection to cluster failed'), 'answer-not-understood'],
    ['status', answer('<crm_mon version="1.1.18">\n</crm_mon>'), 'version-not-supported'],
    ['status', answer('<pacemaker-result><status code="1" message="Error"/></pacemaker-result>'), 'tool-refused'],
    ['status', answer('<pacemaker-result><nodes/></pacemaker-result>'), 'answer-not-understood'],
    ['cib', answer('<cib></cib>'), 'answer-not-understood'],
    ['cib', answer('<cib admin_epoch="0" epoch="1"><configuration/></cib>'), 'answer-not-understood'],
    ['cib', answer('<cib epoch="1"><configuration/><status/></cib>'), 'answer-not-understood'],
    ['cib', answer('<!DOCTYPE cib [<!ENTITY a "b">]><cib></cib>'), 'answer-not-understood'],
    ['digest', answer('Digest: none'), 'answer-not-understood'],
  ])('%s: %j is %s', (query, given, code) => {
    const answers = { ...calm, ...(given ? { [query]: given } : {}) }
    if (!given) Reflect.deleteProperty(answers, query)
    expect(codes(parse(answers))).toEqual([code])
  })

  it.each([
    ['<current_dc present', '<was_dc present'],
    ['<cluster_options ', '<options '],
    ['online="true"', 'on="true"'],
    ['unclean="false"', 'unclean="perhaps"'],
    ['<node name="node1"', '<node'],
    ['failed="false"', ''],
    ['<nodes>', '<noodles>'],
  ])('a part that must be there is not: %s becomes %s', (is, becomes) => {
    const status = committed('calm', 'crm_mon.xml')
    const damaged = status.replace(is, becomes).replace('</nodes>', becomes === '<noodles>' ? '</noodles>' : '</nodes>')
    expect(damaged).not.toBe(status)
    expect(codes(parse({ ...calm, status: answer(damaged) }))).toEqual(['answer-not-understood'])
  })

  it('exit codes are not looked at: crm_mon -1 exits with 0 and with others for the same answer', () => {
    expect(parse({ ...calm, status: { ...calm.status, exitCode: 102 } })).toEqual(parse(calm))
  })
})
