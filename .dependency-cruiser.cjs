/** Who may import whom, and why. `npm run check:architecture` enforces it; test/architecture.test.ts asserts that modules were seen. */
const PURE = '^src/(clusters|runbooks|policy|runs|transcripts)/'

/** A room may import only itself and the rooms before it. */
function room(name, below, why) {
  return {
    name: `${name}-imports-downwards`,
    comment: why,
    severity: 'error',
    from: { path: `^src/${name}/` },
    to: {
      path: '^src/',
      pathNot: [`^src/${name}/`, ...below.map(other => `^src/${other}/`), '^src/(problem|canonical)\\.ts$'],
    },
  }
}

/** An SDK has one home, so that replacing it or being surprised by it touches one folder. */
function home(sdk, folders, why) {
  return {
    name: `${sdk.replace(/[^a-z0-9]+/gi, '-')}-has-one-home`,
    comment: why,
    severity: 'error',
    from: { path: '^src/', pathNot: folders },
    to: { path: `^node_modules/${sdk}` },
  }
}

module.exports = {
  forbidden: [
    room('clusters', [], 'What a cluster is does not depend on what we do with it.'),
    room('runbooks', ['clusters'], 'A runbook speaks about clusters; it knows nothing of people, runs or surfaces.'),
    room('policy', ['runbooks', 'clusters'], 'Who may is decided from people and risks, before and without any run.'),
    room(
      'runs',
      ['policy', 'runbooks', 'clusters'],
      'What happens is told as events; who shows it or stores it is not its business.',
    ),
    room('transcripts', ['runs', 'policy', 'runbooks', 'clusters'], 'How a run reads is made from its events alone.'),
    room(
      'commands',
      ['transcripts', 'runs', 'policy', 'runbooks', 'clusters'],
      'What a person can say is the same from every surface.',
    ),
    room(
      'workers',
      ['transcripts', 'runs', 'policy', 'runbooks', 'clusters'],
      'Where runs are carried out knows no surface and no command.',
    ),
    {
      name: 'pure-rooms-have-no-io',
      comment:
        'The rooms that decide are testable without a world: no files, sockets, processes or timers. Hashing is arithmetic.',
      severity: 'error',
      from: { path: PURE },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|util)$' },
    },
    {
      name: 'pure-rooms-few-packages',
      comment: 'Only what parses and checks text: schemas, YAML, CEL, XML.',
      severity: 'error',
      from: { path: PURE },
      to: { path: '^node_modules/', pathNot: '^node_modules/(zod|yaml|@marcbachmann/cel-js|fast-xml-parser)/' },
    },
    {
      name: 'adapters-do-not-know-each-other',
      comment: 'Adapters meet in app.ts. The clock and the log are the two that all of them may use.',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/adapters/', pathNot: ['^src/adapters/$1/', '^src/adapters/(clock|log)\\.ts$'] },
    },
    {
      name: 'only-the-composition-joins-adapters',
      comment: 'app.ts, app/ and the entries are the only places that know both rooms and adapters.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(adapters|app|cli)(/|\\.ts)' },
      to: { path: '^src/adapters/' },
    },
    home(
      'bullmq',
      ['^src/workers/queue\\.ts$'],
      'The queue is a nudge; nobody else may take its job state for the truth.',
    ),
    home(
      'ioredis',
      ['^src/adapters/redis/', '^src/workers/queue\\.ts$'],
      'Resends and reconnects are handled where the scripts are.',
    ),
    home('ssh2', ['^src/adapters/ssh/'], 'It fails open on host keys; one strict verifier stands around it.'),
    home('@slack/', ['^src/adapters/slack/'], 'Retries, rate limits and duplicates are handled in one place.'),
    home('pino', ['^src/adapters/log\\.ts$'], 'Every line is masked on its way out.'),
    home('commander', ['^src/cli'], 'The terminal is one surface among others.'),
    {
      name: 'src-never-imports-lab-or-test',
      comment: 'The lab serves the demo and the tests; the product does not know that it is being tried.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(lab|test|bench)/' },
    },
    {
      name: 'lab-never-imports-test',
      comment: 'The demo must run where no test is installed.',
      severity: 'error',
      from: { path: '^lab/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'no-circular',
      comment: 'Two files that need each other are one idea or three.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'not-to-dev-dep',
      comment: 'What is shipped may not need what is not.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'not-to-unresolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^lab/slack/page/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
}
