import * as z from 'zod'
import { actionable, Confirm, id, Option, OptionGroup, placeheld, plainText } from './composition.ts'

/** Block Kit's interactive elements, as far as a chat-ops app uses them. What is not here is an "unsupported type". */
const Button = z.strictObject({
  type: z.literal('button'),
  text: plainText(75),
  action_id: id.optional(),
  value: z.string().max(2000).optional(),
  url: z.string().max(3000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: Confirm.optional(),
  accessibility_label: z.string().max(75).optional(),
})

export const Image = z.strictObject({
  type: z.literal('image'),
  image_url: z.string().max(3000).optional(),
  slack_file: z.strictObject({ id: z.string().optional(), url: z.string().optional() }).optional(),
  alt_text: z.string().max(2000),
})

const choices = {
  options: z.array(Option).min(1).max(100).optional(),
  option_groups: z.array(OptionGroup).min(1).max(100).optional(),
}
const few = z.array(Option).min(1).max(10)
const several = z.int().min(1).optional()

const StaticSelect = z.strictObject({
  type: z.literal('static_select'),
  ...placeheld,
  ...choices,
  initial_option: Option.optional(),
})
const MultiStaticSelect = z.strictObject({
  type: z.literal('multi_static_select'),
  ...placeheld,
  ...choices,
  initial_options: z.array(Option).optional(),
  max_selected_items: several,
})
const ExternalSelect = z.strictObject({
  type: z.literal('external_select'),
  ...placeheld,
  initial_option: Option.optional(),
  min_query_length: z.int().min(0).optional(),
})
const UsersSelect = z.strictObject({
  type: z.literal('users_select'),
  ...placeheld,
  initial_user: z.string().optional(),
})
const MultiUsersSelect = z.strictObject({
  type: z.literal('multi_users_select'),
  ...placeheld,
  initial_users: z.array(z.string()).optional(),
  max_selected_items: several,
})
const ChannelsSelect = z.strictObject({
  type: z.enum(['channels_select', 'conversations_select']),
  ...placeheld,
  initial_channel: z.string().optional(),
  initial_conversation: z.string().optional(),
  default_to_current_conversation: z.boolean().optional(),
  response_url_enabled: z.boolean().optional(),
})
const Overflow = z.strictObject({ type: z.literal('overflow'), ...actionable, options: z.array(Option).min(1).max(5) })
const RadioButtons = z.strictObject({
  type: z.literal('radio_buttons'),
  ...actionable,
  focus_on_load: z.boolean().optional(),
  options: few,
  initial_option: Option.optional(),
})
const Checkboxes = z.strictObject({
  type: z.literal('checkboxes'),
  ...actionable,
  focus_on_load: z.boolean().optional(),
  options: few,
  initial_options: z.array(Option).optional(),
})
const DateAndTime = z.strictObject({
  type: z.enum(['datepicker', 'timepicker']),
  ...placeheld,
  initial_date: z.iso.date().optional(),
  initial_time: z.string().optional(),
})

const dispatch = z
  .strictObject({ trigger_actions_on: z.array(z.enum(['on_enter_pressed', 'on_character_entered'])) })
  .optional()
const length = z.int().min(0).max(3000).optional()
const PlainTextInput = z.strictObject({
  type: z.literal('plain_text_input'),
  action_id: id.optional(),
  placeholder: plainText(150).optional(),
  focus_on_load: z.boolean().optional(),
  initial_value: z.string().max(3000).optional(),
  multiline: z.boolean().optional(),
  min_length: length,
  max_length: length,
  dispatch_action_config: dispatch,
})
const TypedTextInput = z.strictObject({
  type: z.enum(['number_input', 'email_text_input', 'url_text_input']),
  action_id: id.optional(),
  placeholder: plainText(150).optional(),
  focus_on_load: z.boolean().optional(),
  initial_value: z.string().max(3000).optional(),
  is_decimal_allowed: z.boolean().optional(),
  min_value: z.string().optional(),
  max_value: z.string().optional(),
  dispatch_action_config: dispatch,
})

const pickers = [
  StaticSelect,
  MultiStaticSelect,
  ExternalSelect,
  UsersSelect,
  MultiUsersSelect,
  ChannelsSelect,
  RadioButtons,
  Checkboxes,
  DateAndTime,
] as const

export const ActionElement = z.discriminatedUnion('type', [Button, Overflow, ...pickers])
export const Accessory = z.discriminatedUnion('type', [Button, Image, Overflow, ...pickers])
export const InputElement = z.discriminatedUnion('type', [PlainTextInput, TypedTextInput, ...pickers])
export type InputElement = z.infer<typeof InputElement>
export type InteractiveElement = z.infer<typeof ActionElement> | InputElement
