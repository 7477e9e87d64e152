import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { bad, good, type Result } from '../../problem.ts'
import { errnoOf } from './identity.ts'

/** From src/adapters/ssh and from dist/adapters/ssh alike. */
const FILE = fileURLToPath(new URL('../../../deploy/node-runner.sh', import.meta.url))

/** The node-side runner that comes with this version, as it is put on nodes; a problem when the installation has lost it. */
export async function readRunner(file = FILE): Promise<Result<Uint8Array>> {
  try {
    return good(await readFile(file))
  } catch (error) {
    return bad({
      code: 'no-node-runner',
      message: `${file} cannot be read (${errnoOf(error)}); ha-bot carries changes out with it on the nodes.`,
      stillTrue: 'Nothing was changed.',
      next: 'Install ha-bot again, with its folder deploy.',
    })
  }
}
