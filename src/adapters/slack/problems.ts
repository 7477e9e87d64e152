import type { Problem } from '../../problem.ts'

const TOKENS = {
  bot: { name: 'SLACK_BOT_TOKEN', kind: 'the bot token (xoxb-…)', where: 'OAuth & Permissions' },
  app: {
    name: 'SLACK_APP_TOKEN',
    kind: 'the app token (xapp-…)',
    where: 'Basic Information, App-Level Tokens, with connections:write',
  },
} as const

const NOTHING_RUNS = 'The command line works without Slack: ha do, ha approve.'

/** Slack answered, and it does not accept a token. */
export function tokenRefused(token: keyof typeof TOKENS, error: string): Problem {
  const { name, kind, where } = TOKENS[token]
  return {
    code: 'slack-token',
    message: `Slack refused ${kind} given as ${name}: ${error}.`,
    stillTrue: NOTHING_RUNS,
    next: `Copy it again from api.slack.com/apps, your app, ${where}; install the app in the workspace if you have not.`,
  }
}

export function slackAway(error: string): Problem {
  return {
    code: 'slack-away',
    message: `Slack could not be reached: ${error}.`,
    stillTrue: NOTHING_RUNS,
    next: 'Check that this computer may open connections to slack.com on port 443, then start again.',
  }
}

/** Someone whose account may not decide, whatever teams say (slack-platform.md §4.4). */
export function notEligible(because: string): Problem {
  return {
    code: 'not-eligible',
    message: `You cannot do this here: ${because}.`,
    stillTrue: 'Nothing was decided.',
    next: 'A full member of this workspace who is on the team can.',
  }
}

/** Slack could not be asked who somebody is; when in doubt nothing is decided. */
export function identityUnknown(error: string, terminal: string): Problem {
  return {
    code: 'identity-unknown',
    message: `Slack could not be asked who you are (${error}), so this was not taken.`,
    stillTrue: 'Nothing was decided.',
    next: `Try again in a moment, or in a terminal: ${terminal}`,
  }
}

export function staleQuestion(): Problem {
  return {
    code: 'stale-gate',
    message: 'This question is no longer open: it was decided, it expired, or the plan has changed.',
    stillTrue: 'Your click changed nothing.',
    next: 'The card of the run shows how it stands now.',
  }
}
