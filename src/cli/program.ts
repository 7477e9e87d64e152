import { Command, Option } from 'commander'
import { renderManifest } from '../adapters/slack/manifest.ts'
import { initFolder } from '../init/init-folder.ts'
import { clusterStatus, listClusters } from './clusters.ts'
import type { CliContext } from './context.ts'
import { type DecideOptions, decideCommand, type SignedVerb } from './decide.ts'
import { type DoOptions, doCommand } from './do.ts'
import { doctorCommand } from './doctor.ts'
import { refuse } from './output.ts'
import { runsCommand, showCommand, TRANSCRIPT_FORMATS, type TranscriptOptions, transcriptCommand } from './read.ts'
import { recoverCommand } from './recover.ts'
import { lintRunbooksCommand, listRunbooks, lockRunbooks, runbookSchema, showRunbook } from './runbooks.ts'
import { type Part, startCommand } from './start.ts'
import { type VerifyOptions, verifyCommand } from './verify.ts'

/** All of `ha`. `exit` is told the exit code of the command that ran; wrong usage throws commander's own error. */
export function createProgram(context: CliContext, exit: (code: number) => void): Command {
  const program = new Command('ha')
    .description(
      'Ask for a change of a cluster, see what would happen, have a second person approve, keep the transcript.',
    )
    .option('--json', 'machine-readable output, one JSON a line')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
  const run = (what: Promise<number>) => what.then(exit)
  addRuns(program, context, run)
  addService(program, context, run)
  addRunbooks(program, context, run)
  return program
}

type Run = (what: Promise<number>) => Promise<void>

const KEY = [
  '--key <file>',
  'your SSH key; its public half stands under people: in ha.yaml (HA_KEY; default ~/.ssh/id_ed25519)',
] as const

function addRuns(program: Command, context: CliContext, run: Run): void {
  program
    .command('do <words...>')
    .description('what you would type after /ha; waits for the end and exits with the outcome')
    .option(...KEY)
    .option('--detach', 'return as soon as it is accepted')
    .action((words: string[], options: DoOptions) => run(doCommand(context, words.join(' '), options)))
  addSignedVerbs(program, context, run)
  program
    .command('runs')
    .description('the latest runs')
    .option('--cluster <name>', 'only of this cluster')
    .action((options: { cluster?: string }) => run(runsCommand(context, options)))
  program
    .command('show <run>')
    .description('one run, as its card shows it')
    .action((number: string) => run(showCommand(context, number)))
  program
    .command('transcript <run>')
    .description('everything that was said, done and printed in a run')
    .addOption(new Option('--format <format>').choices(TRANSCRIPT_FORMATS).default('text'))
    .action((number: string, options: TranscriptOptions) => run(transcriptCommand(context, number, options)))
  program
    .command('verify <bundle>')
    .description('is the sealed bundle of a run (a folder, or the number of a run) unaltered?')
    .option(
      '--key <file>',
      'the public key of the worker that sealed it (default: those in signing.trusted of ha.yaml)',
    )
    .option('--head <seq:hash>', 'the end of the chain as a witness saw it: it stands in the thread of the run')
    .action((bundle: string, options: VerifyOptions) => run(verifyCommand(context, bundle, options)))
}

const SIGNED_VERBS: Readonly<Record<SignedVerb, string>> = {
  approve: 'agree to the plan of a run',
  deny: 'refuse the plan of a run',
  stop: 'no further step of a run; after "unknown": give its cluster free',
  resume: 'look again at a run of unknown outcome, and go on if that is clear',
  'mark-done': 'the step a run of unknown outcome stands at is done: say with --reason what you saw',
  'take-over': 'take the cluster from a run that nobody gets on with; two people must say so, with --reason',
}

function addSignedVerbs(program: Command, context: CliContext, run: Run): void {
  for (const [verb, description] of Object.entries(SIGNED_VERBS) as [SignedVerb, string][]) {
    const command = program
      .command(`${verb} <run>`)
      .description(description)
      .option(...KEY)
      .option('--reason <text>', 'why; it is part of the transcript')
    if (verb === 'approve' || verb === 'deny')
      command.option('--confirm <name>', 'the name that a destructive plan asks to be typed')
    command.action((number: string, options: DecideOptions) => run(decideCommand(context, verb, number, options)))
  }
}

function addService(program: Command, context: CliContext, run: Run): void {
  program
    .command('start')
    .description('the service: bot and worker')
    .addOption(new Option('--only <part>', 'one half of it').choices(['bot', 'worker']))
    .action((options: { only?: Part }) => run(startCommand(context, options.only)))
  program
    .command('doctor')
    .description('what is missing or weak, and how to mend it')
    .action(() => run(doctorCommand(context)))
  program
    .command('recover <cluster>')
    .description('after a lost Redis: what the archive and the nodes still know of a cluster')
    .option('--free', 'free the cluster when it is held by a run that nobody knows')
    .action((cluster: string, options: { free?: boolean }) => run(recoverCommand(context, cluster, options)))
  const clusters = program
    .command('clusters')
    .description('the configured clusters')
    .action(() => run(listClusters(context)))
  clusters
    .command('status <cluster>')
    .description('how a cluster stands now')
    .action((cluster: string) => run(clusterStatus(context, cluster)))
  const slack = program.command('slack').description('the Slack app')
  slack
    .command('manifest')
    .description('the app manifest, to paste at api.slack.com/apps')
    .addOption(new Option('--format <format>').choices(['yaml', 'json']).default('yaml'))
    .action((options: { format: string }) =>
      context.out.say(renderManifest(options.format === 'json' ? 'json' : 'yaml').trimEnd()),
    )
  program
    .command('init [folder]')
    .description('write an example ha.yaml and make the signing keys')
    .action((folder: string | undefined) => run(initCommand(context, folder ?? '.')))
}

async function initCommand({ out }: CliContext, folder: string): Promise<number> {
  const made = await initFolder({ folder })
  if (!made.ok) return refuse(out, made.problems)
  out.say(made.value.join('\n'))
  return 0
}

function addRunbooks(program: Command, context: CliContext, run: Run): void {
  const runbooks = program.command('runbooks').description('the library of runbooks')
  const dir = ['--dir <folder>', 'the folder of runbooks (default: that of ha.yaml, else ./runbooks)'] as const
  type Dir = { dir?: string }
  runbooks
    .command('list')
    .description('what there is')
    .option(...dir)
    .action((options: Dir) => run(listRunbooks(context, options.dir)))
  runbooks
    .command('show <name>')
    .description('the text of one')
    .option(...dir)
    .action((name: string, options: Dir) => run(showRunbook(context, name, options.dir)))
  runbooks
    .command('lint')
    .description('everything wrong with them')
    .option(...dir)
    .action((options: Dir) => run(lintRunbooksCommand(context, options.dir)))
  runbooks
    .command('lock')
    .description('pin new versions in runbooks.lock')
    .option(...dir)
    .option('--again', 'also pin anew a version that was changed and never used')
    .action((options: Dir & { again?: boolean }) => run(lockRunbooks(context, options.dir, options.again ?? false)))
  runbooks
    .command('schema')
    .description('the JSON Schema for editors')
    .option('--write <file>', 'write it there')
    .action((options: { write?: string }) => run(runbookSchema(context, options.write)))
}
