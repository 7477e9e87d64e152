/** How each of ha-bot's own verbs is written, and what it is for. `more` is for whoever asks about this one. */
export const OWN_VERBS = {
  help: { usage: 'help [<command>]', summary: 'What you can say', more: '' },
  runs: { usage: 'runs [on <cluster>]', summary: 'The latest runs and how they stand', more: '' },
  show: { usage: 'show <run>', summary: 'One run, as its card shows it', more: '' },
  stop: {
    usage: 'stop <run> ["reason"]',
    summary: 'No further step of a run; after "unknown": give its cluster free',
    more: 'A command that runs on a node is ended there. What was done stays done.',
  },
  approve: { usage: 'approve <run> ["reason"]', summary: 'Agree to the plan of a run that waits', more: '' },
  deny: { usage: 'deny <run> ["reason"]', summary: 'Refuse the plan of a run that waits', more: '' },
  resume: {
    usage: 'resume <run> ["reason"]',
    summary: 'Look again at a run of unknown outcome, and go on if that is clear',
    more: 'The nodes are asked what became of it. Nothing runs a second time.',
  },
  'mark-done': {
    usage: 'mark-done <run> "what you saw"',
    summary: 'The step a run of unknown outcome stands at is done: you have seen it',
    more: 'The run goes on behind that step. If the step is destructive, two people must say so.',
  },
  'take-over': {
    usage: 'take-over <run> "why"',
    summary: 'Take the cluster from a run that nobody gets on with; two people must say so',
    more: 'Its nodes are told to refuse whatever the run still sends. What runs on a node already may go on there.',
  },
} as const

export type OwnVerb = keyof typeof OWN_VERBS

export function isOwnVerb(word: string): word is OwnVerb {
  return Object.hasOwn(OWN_VERBS, word)
}
