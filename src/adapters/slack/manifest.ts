import type { AppsManifestCreateArguments } from '@slack/web-api'
import { stringify } from 'yaml'

type Manifest = AppsManifestCreateArguments['manifest']
type Scopes = NonNullable<NonNullable<NonNullable<Manifest['oauth_config']>['scopes']>['bot']>
type Events = NonNullable<NonNullable<NonNullable<Manifest['settings']>['event_subscriptions']>['bot_events']>

const BOT_SCOPES: Scopes = [
  'commands',
  'chat:write',
  'app_mentions:read',
  'im:write',
  'files:write',
  'users:read',
  'usergroups:read',
  // To find a message of ours again after a lost answer, instead of posting it twice.
  'channels:history',
  'groups:history',
  'im:history',
]

const EVENTS: Events = ['app_mention', 'subteam_members_changed', 'user_change']

/** The Slack app that ha-bot is: paste it at api.slack.com/apps, "From a manifest" (slack-platform.md §1.1). */
export function appManifest(): Manifest {
  return {
    display_information: {
      name: 'ha-bot',
      description: 'High-availability clusters: see the plan, have a second person approve, watch it run',
      background_color: '#1d3a4a',
    },
    features: {
      bot_user: { display_name: 'ha', always_online: true },
      slash_commands: [
        {
          command: '/ha',
          description: 'Ask a cluster, or ask for a change to it',
          usage_hint: 'status | failover server2 to node5 | help',
          should_escape: true,
        },
      ],
    },
    oauth_config: { scopes: { bot: BOT_SCOPES } },
    settings: {
      event_subscriptions: { bot_events: EVENTS },
      interactivity: { is_enabled: true },
      org_deploy_enabled: false,
      socket_mode_enabled: true,
      token_rotation_enabled: false,
    },
  }
}

/** The manifest as a file: the same text every time. */
export function renderManifest(format: 'yaml' | 'json'): string {
  if (format === 'json') return `${JSON.stringify(appManifest(), null, 2)}\n`
  return `# Written by \`ha slack manifest\`.\n${stringify(appManifest(), { lineWidth: 0 })}`
}
