import type { ReplyLine } from './reply-reader.ts'
import type { Place } from './runner-line.ts'

/** Why an operation has no clear end, for the person who has to look. */
export function silentText({ node, ledger }: Place, silentMs: number, lastTry: string): string {
  return (
    `${node} has not said for ${Math.round(silentMs / 1000)} s what became of it. It may have run, and it may still be running: ` +
    `look at the node before repeating it; its own record is in ${ledger}.${lastTry && ` The last try: ${lastTry}`}`
  )
}

export function stillThereText(node: string, stopped: 'timeout' | 'person' | undefined): string {
  const why = stopped === 'person' ? 'It was to be stopped' : 'Its time was up'
  return `${why}, but it does not end on ${node}, not even when killed. Look at the node.`
}

export function unsureText(node: string): string {
  return (
    `${node} has no record of it, and cannot write down that it was given up: its disk may be full. ` +
    'An order that is still on its way could begin it within a minute. Make room there, then look at the node.'
  )
}

export function noSpaceText(node: string): string {
  return `${node} refused it: it cannot write its own record of it. Nothing was run. Make room on its disk.`
}

/** `why`: the word of the node's record. */
export function interruptedText(node: string, why: string, stopped: 'timeout' | 'person' | undefined): string {
  const how =
    why === 'reboot'
      ? `${node} was restarted meanwhile`
      : why === 'left'
        ? `what it started there still runs, without anybody to tell how it ends`
        : stopped !== undefined
          ? 'it was ended and is gone'
          : 'its process is gone: it was killed, or the node was restarted'
  return `It began on ${node}, and its exit was not recorded: ${how}. Look at the node before going on.`
}

/** Of a reply that is whole and yet no answer: the runner's own complaint, if it has one. */
export function notUnderstoodText(node: string, lines: readonly ReplyLine[]): string {
  const complaint = lines.find(({ verb }) => verb === 'error')?.words[0]
  if (complaint === 'space')
    return `${node} could not write into its record of changes. Check its disk, and that the login may write there.`
  if (complaint === 'proc') return `${node} has no /proc, by which its processes could be told apart.`
  return `${node} gave an answer that this version of ha-bot does not understand${complaint ? ` (${complaint})` : ''}.`
}
