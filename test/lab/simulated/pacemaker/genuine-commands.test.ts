import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { parseXml } from '../../../../lab/simulated/xml/text.ts'
import { testCluster } from './cluster.ts'
import { type GenuineCib, genuineCib, timeless, WITHOUT_GENUINE } from './genuine.ts'

/** Each line is one call, or several that build on one another. */
const CALLS: string[][] = [
  ['crm_resource --move -r server2 --node node5', 'crm_resource --clear -r server2', 'crm_resource --clear -r server2'],
  ['crm_resource -M -r server2_daemon -N node5'],
  ['crm_resource --move -r server2 --host node5'],
  ['crm_resource --move --resource=server2 --host-uname node5', 'crm_resource -U -r server2 -N node1'],
  ['crm_resource --move -r server2', 'crm_resource --clear -r server2 --node node3'],
  ['crm_resource --ban -r server1 --node node5', 'crm_resource --ban -r server1', 'crm_resource -U -r server1'],
  ['crm_resource --move -r server2 --node node3'],
  ['crm_resource --move -r nosuch --node node3'],
  ['crm_resource --move -r server2 --node nodeX'],
  ['crm_resource --move'],
  ['crm_resource --bogus'],
  ['crm_resource'],
  ['crm_resource --clear -r nosuch'],
  ['crm_resource -r server2_fs --get-parameter directory', 'crm_resource -r server2_fs -g nosuch'],
  ['crm_resource -r server2 -g directory', 'crm_resource -r nosuch -g directory'],
  ['crm_resource --locate -r server2', 'crm_resource -W -r server2 -Q', 'crm_resource -W -r server2_fs'],
  ['crm_resource -W -r nosuch'],
  ['crm_resource -L', 'crm_resource -l', 'crm_resource --list-raw'],
  ['crm_resource --wait --timeout=2'],
  ['crm_resource --cleanup -r nosuch'],
  ['crm_standby --node node3 --update on', 'crm_standby --node node3 --query', 'crm_standby -N node3 -G -Q'],
  ['crm_standby -N node3 -v on', 'crm_standby -N node3 -v off', 'crm_standby -N node3 -D', 'crm_standby -N node3 -D'],
  ['crm_standby --node node3 --delete', 'crm_standby --node node3 --query', 'crm_standby -N node3 -G -Q'],
  ['crm_standby -N nodeX -v on'],
  ['crm_attribute -t crm_config -n stonith-enabled -G', 'crm_attribute -t crm_config -n stonith-enabled -G -q'],
  ['crm_attribute -n maintenance-mode -G', 'crm_attribute -n maintenance-mode -G --default false'],
  ['crm_attribute -t crm_config -n maintenance-mode -v true', 'crm_attribute -n maintenance-mode --delete'],
  [
    'crm_attribute -N node3 -n standby -G',
    'crm_attribute -N node3 -n standby -v on',
    'crm_attribute -N node3 -n standby -D',
  ],
  ['cibadmin -Q -o constraints', 'cibadmin -Q -o resources', 'cibadmin -Q -l -o crm_config', 'cibadmin -Q -o bogus'],
  ['cibadmin -Q --xpath //rsc_location[@id="server0_location"]', 'cibadmin -Q --xpath //nosuch'],
  ['cibadmin -5', 'cibadmin --md5-sum -x cib.xml'],
  ['crm_verify -x cib.xml', 'crm_verify -x nosuch', 'crm_verify -L'],
  ['crmadmin -N'],
]

describe.skipIf(WITHOUT_GENUINE)('the tools on a CIB file, against the real ones', () => {
  let real: GenuineCib | undefined
  let ours: GenuineCib | undefined
  afterEach(() => {
    real?.remove()
    ours?.remove()
  })

  for (const calls of CALLS) {
    it(`answer and change the file alike: ${calls.join(' ; ')}`, { timeout: 30_000 }, async () => {
      const cluster = testCluster()
      real = genuineCib(cluster.control.cibText())
      ours = genuineCib(cluster.control.cibText())
      for (const line of calls) {
        const [tool = '', ...args] = line.split(' ')
        const expected = real.run(tool, ...args)
        const cwd = ours.file.replace(/\/[^/]*$/, '')
        const got = await cluster.model.call({ node: 'node1', tool, args, stdin: '', cibFile: ours.file, cwd })
        expect({ ...got, stdout: timeless(got.stdout) }, line).toEqual({
          ...expected,
          stdout: timeless(expected.stdout),
        })
        expect(parseXml(readFileSync(ours.file, 'utf8')), `${line}: the file`).toEqual(
          parseXml(readFileSync(real.file, 'utf8')),
        )
      }
      cluster.model.close()
    })
  }
})
