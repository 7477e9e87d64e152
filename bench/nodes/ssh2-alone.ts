import type { Lifecycle } from '../../src/lifecycle.ts'
import { type Contender, type Times, timed } from '../measure/rounds.ts'
import { type BareConnection, connectBare } from '../ssh/bare.ts'
import type { Login } from '../ssh/login.ts'
import { inTurn } from './in-turn.ts'
import { FANOUT, mustAnswer, SCRIPT } from './load.ts'

export const SSH2 = {
  warm: 'ssh2 warm, setNoDelay',
  cold: `ssh2 cold, setNoDelay, ${FANOUT} at a time`,
} as const

/** The library that we use, without us. */
export async function ssh2Alone(logins: readonly Login[], lifecycle: Lifecycle): Promise<Contender[]> {
  const kept: BareConnection[] = []
  lifecycle.add('bare connections', () => closeAll(kept))
  await inTurn(FANOUT, logins, async login => void kept.push(await connectBare(login, 'at once')))
  const warm = async () => void (await Promise.all(kept.map(async each => mustAnswer(await each.exec(SCRIPT)))))
  return [timed(SSH2.warm, warm), () => cold(logins)]
}

async function cold(logins: readonly Login[]): Promise<Times> {
  const opened: BareConnection[] = []
  const one = async (login: Login) => {
    const connection = await connectBare(login, 'at once')
    opened.push(connection)
    mustAnswer(await connection.exec(SCRIPT))
  }
  try {
    return await timed(SSH2.cold, () => inTurn(FANOUT, logins, one))()
  } finally {
    await closeAll(opened)
  }
}

async function closeAll(connections: readonly BareConnection[]): Promise<void> {
  await Promise.all(connections.map(each => each.close()))
}
