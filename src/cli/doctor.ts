import { stat } from 'node:fs/promises'
import { systemClock } from '../adapters/clock.ts'
import { redisFacts } from '../adapters/redis/facts.ts'
import { tryBotToken } from '../adapters/slack/sign-in.ts'
import { memoryFacts } from '../app/memory-facts.ts'
import { openShell } from '../app/worker.ts'
import { type Core, openCore, openLibrary } from '../app.ts'
import { stateLine } from '../clusters/state-line.ts'
import { type FileFact, fileFindings } from '../commands/doctor/file-findings.ts'
import {
  doctorExitCode,
  type Finding,
  type FindingGroup,
  findingOf,
  ok,
  renderFindings,
} from '../commands/doctor/finding.ts'
import { memoryFindings } from '../commands/doctor/memory-findings.ts'
import { policyFindings } from '../commands/doctor/policy-findings.ts'
import { redisFindings } from '../commands/doctor/redis-findings.ts'
import { neededFiles } from '../config/needed-files.ts'
import { readSecret } from '../config/secrets.ts'
import { type Config, loadConfig } from '../config.ts'
import type { Problem } from '../problem.ts'
import { createLibrary } from '../runbooks/library.ts'
import { createStatusReader } from '../workers/status-reader.ts'
import type { CliContext } from './context.ts'

const NODE_MS = 15_000

/** `ha doctor`: what is missing or weak, and how to mend it. Exit code 1 when something is broken. Changes nothing. */
export async function doctorCommand(context: CliContext): Promise<number> {
  const config = await loadConfig({ env: context.env })
  const groups = config.ok
    ? await examine(context, config.value)
    : [{ heading: 'Configuration', findings: broken(config.problems) }]
  context.out.say(context.out.json ? JSON.stringify(groups) : renderFindings(groups))
  return doctorExitCode(groups)
}

async function examine(context: CliContext, config: Config): Promise<FindingGroup[]> {
  const library = await openLibrary(config)
  const runbooks = library.ok ? library.value.list().map(entry => entry.runbook) : []
  const modes = await fileFacts(config)
  const still: FindingGroup[] = [
    { heading: 'Configuration', findings: [ok(`${config.file} is understood.`)] },
    {
      heading: 'Files',
      findings: fileFindings(neededFiles(config), 'both', path => modes.get(path) ?? { trouble: 'missing' }),
    },
    {
      heading: 'Runbooks',
      findings: library.ok ? [ok(`${runbooks.length} runbooks, all as they are locked.`)] : broken(library.problems),
    },
    { heading: 'Who may and who approves', findings: policyFindings({ ...config, runbooks }) },
  ]
  const { env, log, redactor } = context
  // What is wrong with the runbooks must not hide what is wrong with Redis.
  const core = await openCore({ config, env, log, redactor }, library.ok ? library.value : createLibrary([]))
  if (!core.ok) return still
  try {
    return [...still, await redisGroup(core.value), await slackGroup(core.value), ...(await clusterGroups(core.value))]
  } finally {
    await core.value.lifecycle.close()
  }
}

function broken(problems: readonly Problem[]): Finding[] {
  return problems.map(problem => findingOf(problem, 'broken'))
}

async function fileFacts({ ...config }: Config): Promise<ReadonlyMap<string, FileFact>> {
  const facts = await Promise.all(
    neededFiles(config).map(async ({ path }) => {
      const fact: FileFact = await stat(path).then(
        found => ({ mode: found.mode }),
        (error: NodeJS.ErrnoException) => ({ trouble: error.code === 'EACCES' ? 'forbidden' : 'missing' }),
      )
      return [path, fact] as const
    }),
  )
  return new Map(facts)
}

async function redisGroup(core: Core): Promise<FindingGroup> {
  const { config, redis } = core
  try {
    const facts = await redisFacts(redis.redis, systemClock.now)
    const memory = memoryFindings(await memoryFacts(core))
    return { heading: 'Redis', findings: [...redisFindings(facts, config.durability), ...memory] }
  } catch (error) {
    const why = redis.trouble() || (error instanceof Error ? error.message : String(error))
    const finding: Finding = {
      level: 'broken',
      what: `Redis at ${config.redis} does not answer: ${why}.`,
      next: 'Start it, or mend redis: in ha.yaml.',
    }
    return { heading: 'Redis', findings: [finding] }
  }
}

async function slackGroup(core: Core): Promise<FindingGroup> {
  const { slack } = core.config
  if (!slack)
    return {
      heading: 'Slack',
      findings: [
        {
          level: 'weak',
          what: 'No Slack is configured: terminals only.',
          next: 'Add slack: to ha.yaml if you want it.',
        },
      ],
    }
  const token = await readSecret(slack.botToken, {
    env: core.env,
    register: (name, value) => core.redactor.register(name, value),
  })
  if (!token.ok) return { heading: 'Slack', findings: broken(token.problems) }
  const signedIn = await tryBotToken(token.value.value, slack.apiUrl, systemClock, core.log)
  const warnings = token.value.warnings.map(warning => findingOf(warning, 'weak'))
  return {
    heading: 'Slack',
    findings: [...warnings, ...(signedIn.ok ? [ok('Slack knows the bot.')] : broken(signedIn.problems))],
  }
}

/** Every node is logged into once, and every cluster read once. */
async function clusterGroups(core: Core): Promise<FindingGroup[]> {
  const shell = openShell(core)
  const { inventory } = core.config
  const reader = createStatusReader({ inventory, shell, clock: systemClock })
  const signal = AbortSignal.timeout(4 * NODE_MS)
  return await Promise.all(
    Object.values(inventory).map(async cluster => {
      const nodes = await Promise.all(
        Object.keys(cluster.nodes).map(async (node): Promise<Finding> => {
          const result = await shell.execute({
            cluster: cluster.name,
            node,
            script: 'true',
            timeoutMs: NODE_MS,
            signal,
            keepBytes: 1024,
          })
          if (result.kind === 'exited') return ok(`${node}: logged in.`)
          return { level: 'broken', what: result.reason, next: 'Until then it is asked nothing and changed nowhere.' }
        }),
      )
      const status = await reader.read(cluster.name, signal)
      const read = status.ok ? [ok(stateLine(status.value))] : broken(status.problems)
      return { heading: `Cluster ${cluster.name}`, findings: [...nodes, ...read] }
    }),
  )
}
