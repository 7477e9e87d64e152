import type { IncomingMessage, ServerResponse } from 'node:http'
import * as z from 'zod'
import type { Done } from '../acting/outcome.ts'
import type { Control } from '../control.ts'
import { Fault } from '../faults.ts'
import { parseJson, readBody } from './body.ts'
import { replyJson } from './reply.ts'

const MAX_ASK_BYTES = 262_144
const text = z.string().optional()
const who = { user: z.string() }
const element = {
  ...who,
  channel: text,
  message_ts: text,
  view_id: text,
  action_id: text,
  block_id: text,
  button: text,
}
const words = z.union([z.string(), z.array(z.string())])
const flag = z.boolean().optional()
const flags = z.strictObject({
  deleted: flag,
  is_bot: flag,
  is_app_user: flag,
  is_restricted: flag,
  is_ultra_restricted: flag,
  is_stranger: flag,
  is_admin: flag,
  team_id: text,
})

type Ask = (control: Control, body: unknown) => Promise<Done> | Done

/** `POST /_sim/<name>`: the same functions as in process, behind a strict shape. */
const ASKS: ReadonlyMap<string, Ask> = new Map([
  ask('command', z.strictObject({ ...who, channel: text, text: z.string() }), (control, body) => control.command(body)),
  ask('say', z.strictObject({ ...who, channel: text, text: z.string(), thread_ts: text }), (control, body) =>
    control.say(body),
  ),
  ask('mention', z.strictObject({ ...who, channel: text, text: z.string(), thread_ts: text }), (control, body) =>
    control.mention(body),
  ),
  ask('dm', z.strictObject({ ...who, text: z.string(), thread_ts: text }), (control, body) => control.dm(body)),
  ask('click', z.strictObject(element), (control, body) => control.click(body)),
  ask('select', z.strictObject({ ...element, value: words }), (control, body) => control.select(body)),
  ask(
    'suggest',
    z.strictObject({
      ...who,
      channel: text,
      message_ts: text,
      view_id: text,
      action_id: z.string(),
      value: z.string(),
    }),
    (control, body) => control.suggest(body),
  ),
  ask(
    'submit',
    z.strictObject({ ...who, view_id: text, values: z.record(z.string(), words).optional() }),
    (control, body) => control.submit(body),
  ),
  ask('close_view', z.strictObject({ ...who, view_id: text }), (control, body) => control.closeView(body)),
  ask('home', z.strictObject(who), (control, body) => control.home(body)),
  ask('usergroup', z.strictObject({ id: text, users: z.array(z.string()) }), (control, body) =>
    control.usergroup(body),
  ),
  ask('user', z.strictObject({ id: z.string(), flags }), (control, body) => control.user(body)),
  ask('fault', Fault, (control, body) => control.fault(body)),
  ask('clock', z.strictObject({ advanceMs: z.int().min(0) }), (control, body) => control.clock(body)),
  ask('reset', z.strictObject({}), control => control.reset()),
])

/** An ask with its shape; a body that does not fit is told so. */
function ask<T>(
  name: string,
  shape: z.ZodType<T>,
  act: (control: Control, body: T) => Promise<Done> | Done,
): [string, Ask] {
  return [
    name,
    (control, body) => {
      const parsed = shape.safeParse(body)
      return parsed.success
        ? act(control, parsed.data)
        : { ok: false, error: 'invalid_ask', detail: z.prettifyError(parsed.error) }
    },
  ]
}

/** Carries out a control call. Only JSON is taken: a page of another origin cannot send that without asking first. */
export async function postControl(
  control: Control,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!request.headers['content-type']?.startsWith('application/json')) {
    return replyJson(response, 415, { ok: false, error: 'json_only', detail: 'send content-type: application/json' })
  }
  const body = await readBody(request, MAX_ASK_BYTES)
  const act = ASKS.get(name)
  if (!act)
    return replyJson(response, 404, {
      ok: false,
      error: 'no_such_control',
      detail: `there is: ${[...ASKS.keys()].join(' ')}`,
    })
  if (!body) return replyJson(response, 413, { ok: false, error: 'too_large' })
  const done = await act(control, parseJson(body.toString('utf8') || '{}'))
  replyJson(response, done.ok ? 200 : 400, done)
}

/** `GET /_sim/{state,messages,views,files,log,screen}`; `screen` is all that the page shows one person. */
export function getControl(control: Control, name: string, query: URLSearchParams, response: ServerResponse): void {
  const channel = query.get('channel') ?? undefined
  const user = query.get('user') ?? undefined
  const looks: Readonly<Record<string, () => object>> = {
    state: () => control.state(),
    messages: () => ({ messages: control.messages({ channel, user }) }),
    views: () => ({ views: control.views({ user }) }),
    files: () => ({ files: control.files() }),
    log: () => ({ log: control.log() }),
    screen: () => screen(control, user ?? 'U0ANA'),
  }
  const look = looks[name]
  if (look) replyJson(response, 200, { ok: true, ...look() })
  else
    replyJson(response, 404, { ok: false, error: 'no_such_look', detail: `there is: ${Object.keys(looks).join(' ')}` })
}

function screen(control: Control, user: string): object {
  const { people, channels, usergroups, sockets, commands, now } = control.state()
  const mine = channels.filter(channel => channel.members.includes(user))
  const messages = control.messages({ user })
  return {
    now,
    sockets,
    commands,
    people,
    usergroups,
    channels: mine,
    messages,
    views: control.views({ user }),
    home: control.homeOf(user),
  }
}
