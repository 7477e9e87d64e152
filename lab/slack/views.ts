import * as z from 'zod'
import { refusedTypes } from './api/content.ts'
import { type Refusal, refuse } from './api/method.ts'
import { checkBlocks } from './blocks/check.ts'
import { plainText } from './blocks/composition.ts'
import type { Block } from './blocks/schema.ts'
import { place, slackMessages } from './blocks/words.ts'
import { initialState } from './input-values.ts'
import type { Lab } from './lab.ts'
import { IDENTITY } from './seed.ts'
import type { View } from './store.ts'

/** A view as an app sends it, with Slack's limits (slack-platform.md §4.2). */
const RawView = z.strictObject({
  type: z.enum(['modal', 'home']),
  title: plainText(24).optional(),
  submit: plainText(24).optional(),
  close: plainText(24).optional(),
  callback_id: z.string().max(255).optional(),
  private_metadata: z.string().max(3000).optional(),
  external_id: z.string().max(255).optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  submit_disabled: z.boolean().optional(),
  blocks: z.unknown(),
})
type RawView = z.infer<typeof RawView>
type Read = { readonly ok: true; readonly raw: RawView; readonly blocks: readonly Block[] } | Refusal
export type Shown = { readonly ok: true; readonly view: View } | Refusal

export const MAX_STACK = 3

/** The modals a person has open, the lowest first. */
export function stackOf(lab: Lab, user: string): View[] {
  return [...lab.store.views.values()].filter(view => view.user === user && view.open && view.type === 'modal')
}

/** Puts a view in front of a person: a new stack for `previous` undefined, else on top of it. */
export function showView(lab: Lab, user: string, given: unknown, previous?: View): Shown {
  const read = readView(lab, given)
  if (!read.ok) return read
  const id = lab.id('V')
  const base = {
    id,
    user,
    root_view_id: previous?.root_view_id ?? id,
    previous_view_id: previous?.id ?? null,
    open: true,
  }
  return keep(lab, {
    ...base,
    ...fields(lab, read.raw),
    blocks: read.blocks,
    state: initialState(read.blocks),
    errors: {},
  })
}

/** Replaces what a view shows; inputs that stay keep their values. */
export function replaceView(lab: Lab, view: View, given: unknown): Shown {
  const read = readView(lab, given)
  if (!read.ok) return read
  return keep(lab, {
    ...view,
    ...fields(lab, read.raw),
    blocks: read.blocks,
    state: initialState(read.blocks, view.state),
    errors: {},
  })
}

export function changeView(lab: Lab, view: View, change: Partial<Pick<View, 'state' | 'errors' | 'open'>>): View {
  const changed = { ...view, ...change }
  lab.store.views.set(view.id, changed)
  lab.changes.notify()
  return changed
}

function keep(lab: Lab, view: View): Shown {
  lab.store.views.set(view.id, view)
  lab.changes.notify()
  return { ok: true, view }
}

function fields(lab: Lab, raw: RawView) {
  return {
    type: raw.type,
    title: raw.title?.text ?? '',
    submit: raw.submit?.text ?? '',
    close: raw.close?.text ?? (raw.type === 'modal' ? 'Cancel' : ''),
    callback_id: raw.callback_id ?? '',
    private_metadata: raw.private_metadata ?? '',
    external_id: raw.external_id ?? '',
    clear_on_close: raw.clear_on_close ?? false,
    notify_on_close: raw.notify_on_close ?? false,
    hash: `${lab.stamp()}.${lab.id('h')}`,
  }
}

function readView(lab: Lab, given: unknown): Read {
  const parsed = RawView.safeParse(given)
  if (!parsed.success) return refuse('invalid_arguments', slackMessages(parsed.error, given, ['view']))
  const raw = parsed.data
  const checked = checkBlocks(raw.blocks, raw.type, refusedTypes(lab))
  if (!checked.ok) {
    return refuse(
      'invalid_arguments',
      checked.messages.map(message => message.replace('json-pointer:/blocks', 'json-pointer:/view/blocks')),
    )
  }
  const missing = raw.type === 'modal' ? missingParts(raw, checked.blocks) : []
  return missing.length > 0 ? refuse('invalid_arguments', missing) : { ok: true, raw, blocks: checked.blocks }
}

function missingParts(raw: RawView, blocks: readonly Block[]): string[] {
  const missing = raw.title ? [] : ['title']
  if (!raw.submit && blocks.some(block => block.type === 'input')) missing.push('submit')
  return missing.map(field => place(`missing required field: ${field}`, ['view']))
}

/** A view as Slack gives it to the app. */
export function viewJson(view: View): Record<string, unknown> {
  const { user: _user, title, submit, close, errors: _errors, open: _open, state, ...rest } = view
  const text = (words: string) => (words === '' ? null : { type: 'plain_text', text: words, emoji: true })
  return {
    ...rest,
    team_id: IDENTITY.teamId,
    app_id: IDENTITY.appId,
    app_installed_team_id: IDENTITY.teamId,
    bot_id: IDENTITY.botId,
    title: text(title),
    submit: text(submit),
    close: text(close),
    state: { values: state },
  }
}
