import * as z from 'zod'

/** Text and option objects of Block Kit, with Slack's lengths (slack-platform.md §4.2 and Slack's reference). */
const emoji = z.boolean().optional()

export function plainText(max: number) {
  return z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(max), emoji })
}

export function mrkdwn(max: number) {
  return z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(max),
    verbatim: z.boolean().optional(),
  })
}

export function anyText(max: number) {
  return z.discriminatedUnion('type', [plainText(max), mrkdwn(max)])
}

export const id = z.string().min(1).max(255)

export const Confirm = z.strictObject({
  title: plainText(100).optional(),
  text: anyText(300),
  confirm: plainText(30).optional(),
  deny: plainText(30).optional(),
  style: z.enum(['primary', 'danger']).optional(),
})

export const Option = z.strictObject({
  text: anyText(75),
  value: z.string().max(150).optional(),
  description: anyText(75).optional(),
  url: z.string().max(3000).optional(),
})
export type Option = z.infer<typeof Option>

export const OptionGroup = z.strictObject({ label: plainText(75), options: z.array(Option).min(1).max(100) })
export type OptionGroup = z.infer<typeof OptionGroup>

/** The fields every interactive element may have. */
export const actionable = { action_id: id.optional(), confirm: Confirm.optional() }
export const placeheld = {
  ...actionable,
  placeholder: plainText(150).optional(),
  focus_on_load: z.boolean().optional(),
}
