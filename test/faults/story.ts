import type { Evidence } from './checker/evidence.ts'
import type { Lane } from './lane/lane.ts'

const LOG_CHARACTERS = 12_000

/** All that is known of a cell that went wrong, for a person to read. */
export function storyOf(lane: Lane, evidence: Evidence): string {
  return [
    section(
      'What people were told',
      evidence.heard.map(
        ({ tag, answer, number, words }) => `${tag}: ${answer} ${number ?? ''} ${words.slice(0, 160)}`,
      ),
    ),
    section(
      'Executed on the node',
      evidence.executions.map(({ tag, step, ns }) => `${tag} ${step} at ${ns}`),
    ),
    section(
      'On the node',
      evidence.node.map(
        ({ operation, out, hasResult }) =>
          `${operation}: ${out.length} bytes, ${hasResult ? 'with' : 'without'} a result`,
      ),
    ),
    ...evidence.bundles.map(({ number, entries }) => section(`Events of #${number}`, entries.map(eventLine))),
    section(
      'In Slack',
      evidence.posts
        .slice(-30)
        .map(
          ({ said, thread, isPrivate, files }) =>
            `${isPrivate ? 'privately' : thread ? '  reply' : 'card'}: ${said.slice(0, 300).replaceAll('\n', ' | ')} ${files.join(' ')}`,
        ),
    ),
    ...[lane.bot, ...lane.workers].map(part =>
      section(`Log of ${part.name}`, part.log.slice(-LOG_CHARACTERS).split('\n')),
    ),
  ].join('\n')
}

function section(title: string, lines: readonly string[]): string {
  return `== ${title}\n${lines.map(line => `   ${line}`).join('\n')}`
}

function eventLine({ seq, at, by, event }: Evidence['bundles'][number]['entries'][number]): string {
  const { type, plan, status, attestation, script, ...rest } = event
  return `${seq} ${new Date(at).toISOString().slice(11, 23)} ${by} ${type} ${JSON.stringify(rest).slice(0, 260)}`
}
