import type { Lab } from '../lab.ts'
import { IDENTITY } from '../seed.ts'
import { chatMethods } from './chat.ts'
import { conversationMethods } from './conversations.ts'
import { fileMethods } from './files.ts'
import { type Method, type Reply, refuse } from './method.ts'
import { peopleMethods } from './people.ts'
import { viewMethods } from './views.ts'
import { workspaceMethods } from './workspace.ts'

const METHODS: ReadonlyMap<string, Method> = new Map(
  Object.entries({
    ...workspaceMethods,
    ...chatMethods,
    ...conversationMethods,
    ...peopleMethods,
    ...viewMethods,
    ...fileMethods,
  }),
)

/** How a call ends on the wire. `lost` means: it was carried out, and nobody is told. */
export type Answer =
  | { readonly kind: 'reply'; readonly status: 200; readonly body: Reply }
  | { readonly kind: 'limited'; readonly status: 429; readonly retryAfter: number }
  | { readonly kind: 'down'; readonly status: 503 }
  | { readonly kind: 'lost'; readonly status: 200; readonly body: Reply }

export interface Incoming {
  readonly name: string
  readonly token: string | undefined
  readonly args: Readonly<Record<string, unknown>>
}

/** Carries out one call of the Web API: first what is to go wrong, then token and limits, then the method. */
export function dispatch(lab: Lab, { name, token, args }: Incoming): Answer {
  const named = ({ method }: { method?: string | undefined }) => method === undefined || method === name
  if (lab.faults.take('http_503', named)) return { kind: 'down', status: 503 }
  const limited = lab.faults.take('http_429', named)
  if (limited) return { kind: 'limited', status: 429, retryAfter: limited.retryAfter }
  const refused = tokenProblem(name, token)
  if (refused) return { kind: 'reply', status: 200, body: refuse(refused) }
  const seconds = overLimit(lab, name, args)
  if (seconds !== undefined) return { kind: 'limited', status: 429, retryAfter: seconds }
  const failing = lab.faults.take('fail', named)
  if (failing) return { kind: 'reply', status: 200, body: refuse(failing.error) }
  const body = METHODS.get(name)?.({ lab, args }) ?? refuse('unknown_method')
  return { kind: lab.faults.take('lose_response', named) ? 'lost' : 'reply', status: 200, body }
}

/** `apps.connections.open` wants the app's token, everything else the bot's; `api.test` wants none. */
function tokenProblem(name: string, token: string | undefined): string | undefined {
  if (name === 'api.test') return undefined
  if (!token) return 'not_authed'
  if (token !== IDENTITY.botToken && token !== IDENTITY.appToken) return 'invalid_auth'
  const wanted = name === 'apps.connections.open' ? IDENTITY.appToken : IDENTITY.botToken
  return token === wanted || name === 'auth.test' ? undefined : 'not_allowed_token_type'
}

function overLimit(lab: Lab, name: string, args: Readonly<Record<string, unknown>>): number | undefined {
  const on = lab.faults.standing('rate_limits')?.on ?? lab.limited
  const channel = args['channel']
  return on ? lab.limits.admit(name, typeof channel === 'string' ? channel : undefined) : undefined
}
