import type { Option } from './blocks/composition.ts'
import type { Block } from './blocks/schema.ts'

/** Everything the workspace knows, in memory. Shapes follow Slack's, with what only the lab needs beside them. */
export interface Store {
  readonly people: Map<string, Person>
  readonly channels: Map<string, Channel>
  readonly usergroups: Map<string, Usergroup>
  readonly messages: Message[]
  readonly views: Map<string, View>
  readonly files: Map<string, FileRecord>
  /** What a person has chosen in the selects of a message, by `user channel ts`. */
  readonly choices: Map<string, InputState>
  /** The options an app last suggested, by `view-or-ts action_id`. */
  readonly suggestions: Map<string, readonly Option[]>
}

export type PersonKind = 'oncall' | 'member' | 'guest' | 'deleted' | 'bot'

export interface Person {
  readonly id: string
  /** The handle, as in @ana. */
  readonly handle: string
  readonly name: string
  readonly kind: PersonKind
  readonly flags: PersonFlags
}

/** Slack's words for what a user may be (`users.info`); absent means false. */
export interface PersonFlags {
  readonly deleted?: boolean | undefined
  readonly is_bot?: boolean | undefined
  readonly is_app_user?: boolean | undefined
  readonly is_restricted?: boolean | undefined
  readonly is_ultra_restricted?: boolean | undefined
  readonly is_stranger?: boolean | undefined
  readonly is_admin?: boolean | undefined
  /** Another workspace, for people of a shared channel. */
  readonly team_id?: string | undefined
}

export interface Channel {
  readonly id: string
  readonly name: string
  readonly topic: string
  readonly members: readonly string[]
  /** The person on the other side, for a conversation with the app alone. */
  readonly direct?: string
}

export interface Usergroup {
  readonly id: string
  readonly handle: string
  readonly name: string
  readonly users: readonly string[]
}

export interface Message {
  readonly channel: string
  readonly ts: string
  readonly user: string
  readonly bot: boolean
  readonly text: string
  readonly blocks: readonly Block[]
  readonly thread_ts?: string | undefined
  readonly broadcast?: boolean | undefined
  readonly metadata?: Metadata | undefined
  readonly files?: readonly string[] | undefined
  readonly reactions?: readonly Reaction[] | undefined
  readonly edited?: { readonly user: string; readonly ts: string } | undefined
  /** Set on ephemeral messages: the one person who sees it. */
  readonly onlyFor?: string | undefined
  /** How often it has been changed by `chat.update` or through a response_url. */
  readonly revision: number
}

export interface Metadata {
  readonly event_type: string
  readonly event_payload: Readonly<Record<string, unknown>>
}

export interface Reaction {
  readonly name: string
  readonly users: readonly string[]
}

/** The values of inputs, as Slack reports them: by block_id, then action_id. */
export type InputState = Readonly<Record<string, Readonly<Record<string, InputValue>>>>
export type InputValue = { readonly type: string } & Readonly<Record<string, unknown>>

export interface View {
  readonly id: string
  readonly user: string
  readonly type: 'modal' | 'home'
  readonly title: string
  readonly submit: string
  readonly close: string
  readonly callback_id: string
  readonly private_metadata: string
  readonly external_id: string
  readonly clear_on_close: boolean
  readonly notify_on_close: boolean
  readonly blocks: readonly Block[]
  readonly hash: string
  readonly root_view_id: string
  readonly previous_view_id: string | null
  readonly state: InputState
  /** What the app answered a submission with: block_id to words. */
  readonly errors: Readonly<Record<string, string>>
  readonly open: boolean
}

export interface FileRecord {
  readonly id: string
  readonly name: string
  readonly title: string
  readonly size: number
  readonly bytes: Buffer
  readonly user: string
  readonly created: number
  /** Where it was shared; empty until the upload has been completed. */
  readonly shares: readonly { readonly channel: string; readonly ts: string }[]
}

export function emptyStore(): Store {
  return {
    people: new Map(),
    channels: new Map(),
    usergroups: new Map(),
    messages: [],
    views: new Map(),
    files: new Map(),
    choices: new Map(),
    suggestions: new Map(),
  }
}
