import { App, SocketModeReceiver } from '@slack/bolt'

/** The peer: a Bolt app that acknowledges every command and does nothing else. Where its Slack is comes by the environment. */
const { SLACK_API_URL = '', SLACK_BOT_TOKEN = '', SLACK_APP_TOKEN = '' } = process.env
const clientOptions = { slackApiUrl: SLACK_API_URL }
const receiver = new SocketModeReceiver({ appToken: SLACK_APP_TOKEN, installerOptions: { clientOptions } })
const app = new App({ token: SLACK_BOT_TOKEN, receiver, clientOptions })
app.command('/ha', async ({ ack }) => await ack({ response_type: 'ephemeral', text: 'acknowledged' }))
await app.start()
process.stdout.write('bare Bolt is up\n')
process.once('SIGTERM', () => process.exit(0))
