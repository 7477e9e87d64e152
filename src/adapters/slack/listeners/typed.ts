/** Text as it was typed: Slack's markup for people, channels, groups and links, and its escapes, taken back. */
export function typed(text: string): string {
  return text
    .replace(/<([@#!])([^<>|]*)(?:\|([^<>]*))?>/g, (_, sign: string, id: string, label?: string) =>
      mark(sign, id, label),
    )
    .replace(
      /<((?:https?:\/\/|mailto:|tel:)[^<>|]*)(?:\|([^<>]*))?>/g,
      (_, url: string, label?: string) => label ?? url,
    )
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .trim()
}

function mark(sign: string, id: string, label: string | undefined): string {
  const name = label || id.replace(/^subteam\^/, '')
  return sign === '#' ? `#${name}` : `@${name.replace(/^@/, '')}`
}

/** What was said to the bot in a message that mentions it, wherever the mention stands first. */
export function saidTo(bot: string, text: string): string {
  return typed(text.replace(new RegExp(`<@${bot}(?:\\|[^<>]*)?>`), ' '))
}
