import type { IncomingMessage, ServerResponse } from 'node:http'
import { readArguments } from '../api/arguments.ts'
import { type Answer, dispatch } from '../api/dispatch.ts'
import { respond } from '../api/response-url.ts'
import type { Lab } from '../lab.ts'
import { parseJson, readBody } from './body.ts'
import { replyJson, replyText } from './reply.ts'

const MAX_CALL_BYTES = 4_194_304

/** `POST /api/<method>`: one call of the Web API, logged with how long it took. */
export async function callApi(
  lab: Lab,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedAt = lab.clock.now()
  const body = await readBody(request, MAX_CALL_BYTES)
  const all = body && readArguments(request.headers['content-type'] ?? '', body)
  if (!all) return replyJson(response, 200, { ok: false, error: body ? 'invalid_post_type' : 'request_too_large' })
  const { token, ...args } = all
  const answer = dispatch(lab, {
    name,
    token: bearer(request) ?? (typeof token === 'string' ? token : undefined),
    args,
  })
  const delay = lab.faults.take('delay', fault => fault.what === 'api' && (fault.method ?? name) === name)
  const finish = () => {
    const error = errorOf(answer)
    lab.log.add({
      kind: 'call',
      method: name,
      args,
      status: answer.status,
      ...(error && { error }),
      latencyMs: lab.clock.now() - startedAt,
    })
    send(answer, request, response)
  }
  if (delay) lab.clock.after(delay.ms, finish)
  else finish()
}

function send(answer: Answer, request: IncomingMessage, response: ServerResponse): void {
  switch (answer.kind) {
    case 'reply':
      replyJson(response, 200, answer.body)
      break
    case 'lost':
      request.socket.destroy()
      break
    case 'down':
      replyText(response, 503, 'Service Unavailable')
      break
    case 'limited':
      replyJson(response, 429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(answer.retryAfter) })
  }
}

function errorOf(answer: Answer): string | undefined {
  if (answer.kind === 'lost') return 'response_lost'
  if (answer.kind === 'limited') return 'ratelimited'
  return answer.kind === 'reply' && !answer.body.ok ? answer.body.error : undefined
}

/** `POST /response/<secret>`: Slack answers with the word `ok`, or with what was wrong. */
export async function callResponseUrl(
  lab: Lab,
  secret: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request, MAX_CALL_BYTES)
  const responded = respond(lab, secret, parseJson(body?.toString('utf8') ?? ''))
  if (responded.status === 200) return replyText(response, 200, 'ok')
  replyJson(response, responded.status, { ok: false, error: responded.error })
}

export function bearer(request: IncomingMessage): string | undefined {
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
}
