import type { ModalView } from '@slack/web-api'

export function text(words: string) {
  return { type: 'plain_text' as const, text: words }
}

export function option(value: string) {
  return { text: text(value), value }
}

export function titled(title: string): ModalView {
  return {
    type: 'modal',
    callback_id: 'titled',
    title: text(title),
    submit: text('Go'),
    blocks: [{ type: 'section', text: text(title) }],
  }
}

export function approval(): ModalView {
  return {
    type: 'modal',
    callback_id: 'approve',
    private_metadata: '#42',
    title: text('Approve'),
    submit: text('Approve'),
    blocks: [
      {
        type: 'input',
        block_id: 'node',
        label: text('Node'),
        element: { type: 'plain_text_input', action_id: 'name' },
      },
      {
        type: 'input',
        block_id: 'time',
        label: text('When'),
        element: {
          type: 'radio_buttons',
          action_id: 'when',
          initial_option: { text: text('Now'), value: 'now' },
          options: [
            { text: text('Now'), value: 'now' },
            { text: text('In the window'), value: 'window' },
          ],
        },
      },
    ],
  }
}
