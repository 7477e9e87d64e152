import { resolve } from 'node:path'
import type { Inventory } from './clusters/inventory.ts'
import { checkDirectory, directoryOf } from './config/directory.ts'
import { type ReadFile, readConfigFile } from './config/file.ts'
import { checkInventory, inventoryOf } from './config/inventory.ts'
import { isObject, located, type Mistake, valueAt } from './config/mistake.ts'
import { checkNames } from './config/names.ts'
import { pathsBeside } from './config/paths.ts'
import { checkPolicies, checkSatisfiable, policiesOf } from './config/policies.ts'
import { checkRedis } from './config/redis.ts'
import { ConfigFile, LooseFile } from './config/schema.ts'
import { mistakesOf, salvage } from './config/shape.ts'
import { type SlackConfig, slackOf } from './config/slack.ts'
import type { ClusterPolicy } from './policy/access.ts'
import type { Directory } from './policy/people.ts'
import { bad, good, type Problem, type Result } from './problem.ts'
import { inReadingOrder } from './runbooks/source-text.ts'
import { readYaml, type YamlSource } from './runbooks/yaml-source.ts'

/** `ha.yaml` (or what HA_CONFIG names), checked and with every path absolute. Holds no secrets, only where they come from. */
export interface Config {
  readonly file: string
  /** `redis://…`, `rediss://…` or the path of a socket; a password comes from REDIS_PASSWORD (config/secrets.ts). */
  readonly redis: string
  readonly runbooks: string
  readonly files: string
  readonly archive: string
  readonly durability: 'strict' | 'warn'
  /** Private keys of bot and worker, and the folder of public keys (`*.pub`) that are believed. */
  readonly signing: { readonly bot: string; readonly worker: string; readonly trusted: string }
  /** Undefined: ha-bot serves terminals only. */
  readonly slack?: SlackConfig
  readonly directory: Directory
  readonly inventory: Inventory
  /** One per cluster; what the file leaves out is `DEFAULT_POLICY` of policy/access.ts: everyone reads, nobody changes. */
  readonly policies: Readonly<Record<string, ClusterPolicy>>
}

export interface LoadConfig {
  /** Default: HA_CONFIG, else `./ha.yaml`. */
  readonly path?: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly readFile?: ReadFile
}

/** Reads the configuration. All mistakes of the file are reported together, each with file, line and column. */
export async function loadConfig({ path, env, readFile }: LoadConfig): Promise<Result<Config>> {
  const file = path ?? (env['HA_CONFIG'] || './ha.yaml')
  const text = await readConfigFile(file, readFile)
  if (!text.ok) return text
  const source = readYaml({ file, text: text.value })
  const config = source.ok ? check(source.value, env['HOME']) : source
  return config.ok ? config : bad(...config.problems.map(withoutSecrets))
}

/** What looks like a secret that was written into the file by mistake. */
const SECRET = /xox[a-z]-|xapp-|PRIVATE KEY|:\/\/[^/@\s]*:[^/@\s]*@|password=/

/** A line that holds a secret is pointed at, but not shown, not even as advice how to write it. */
function withoutSecrets(problem: Problem): Problem {
  const { excerpt, next, ...rest } = problem
  const isSafe = (text: string | undefined) => text !== undefined && !SECRET.test(text)
  return { ...rest, ...(isSafe(excerpt) && { excerpt }), ...(isSafe(next) && { next }) }
}

function check(source: YamlSource, home: string | undefined): Result<Config> {
  const data: unknown = source.document.toJS({ maxAliasCount: 0 })
  const parsed = ConfigFile.safeParse(data)
  const shape = parsed.success ? [] : mistakesOf(ConfigFile, data, parsed.error.issues)
  const mistakes = [...shape, ...crossChecks(data)]
  if (parsed.success && mistakes.length === 0) return build(source, parsed.data, home)
  return bad(...inReadingOrder(mistakes.map(mistake => located(source, mistake))))
}

/** What can only be seen between the parts of a file; runs on whatever of it is right in itself. */
function crossChecks(data: unknown): readonly Mistake[] {
  const file = salvage(LooseFile, data)
  if (!file) return []
  const keysAt = (...path: string[]) => {
    const value = valueAt(data, path)
    return isObject(value) ? Object.keys(value) : []
  }
  return [
    ...checkRedis(file.redis),
    ...checkNames(file),
    ...checkDirectory(file, keysAt('people')),
    ...checkInventory(file, cluster => keysAt('clusters', cluster, 'nodes')),
    ...checkPolicies(file, keysAt('teams')),
  ]
}

function build(source: YamlSource, file: ConfigFile, home: string | undefined): Result<Config> {
  const directory = directoryOf(file)
  const stuck = checkSatisfiable(file, directory)
  if (stuck.length > 0) return bad(...stuck.map(mistake => located(source, mistake)))
  const resolvePath = pathsBeside(source.file, home)
  const { bot, worker, trusted } = file.signing
  return good({
    file: resolve(source.file),
    redis: file.redis,
    runbooks: resolvePath(file.runbooks),
    files: resolvePath(file.files),
    archive: resolvePath(file.archive),
    durability: file.durability,
    signing: { bot: resolvePath(bot), worker: resolvePath(worker), trusted: resolvePath(trusted) },
    ...(file.slack && { slack: slackOf(file.slack) }),
    directory,
    inventory: inventoryOf(file, resolvePath),
    policies: policiesOf(file),
  })
}
