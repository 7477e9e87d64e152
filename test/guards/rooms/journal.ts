import type { Guard } from '../guard.ts'

const SCRIPTS = 'src/adapters/redis/scripts.ts'
const JOURNAL = 'src/adapters/redis/journal.ts'
const TESTS = 'test/adapters/redis/journal.test.ts'
const OUTAGES = 'test/adapters/redis/outages.test.ts'
const RECOVERY = 'test/workers/recovery.test.ts'

/** The journal in Redis, its copy in the archive, and what is done when Redis forgot. */
export const JOURNAL_GUARDS: readonly Guard[] = [
  {
    id: 'journal-compare-and-set',
    without: 'two writers at the same place would both believe that they had written',
    file: SCRIPTS,
    find: `if #there == 0 or there[1][2][2] ~= ARGV[i] then return 0 end`,
    replace: '',
    test: TESTS,
    title: 'of two writers at the same place one wins',
  },
  {
    id: 'journal-sent-again',
    without: 'a writer whose answer was lost would take its own entries for somebody else’s',
    file: SCRIPTS,
    find: `    return 2
  end`,
    replace: `    return 0
  end`,
    test: TESTS,
    title: 'is asked for again: the entries are there once',
  },
  {
    id: 'journal-follows',
    without: 'entries would be added behind a journal that tells another story than the one that was read',
    file: SCRIPTS,
    find: `if length > 0 and string.match(last[1][2][2], '"hash":"(%x+)"}$') ~= ARGV[5] then return 0 end`,
    replace: '',
    test: 'test/adapters/redis/rewritten.test.ts',
    title: 'is not continued from what was read before',
  },
  {
    id: 'journal-number-once',
    without: 'a request that Slack delivers twice would be two runs',
    file: SCRIPTS,
    find: `if known[1] then return known end`,
    replace: '',
    test: TESTS,
    title: 'the same delivery gives the same run and number',
  },
  {
    id: 'journal-archive-first',
    without: 'an entry would be reported, and acted on, that is in Redis alone',
    file: JOURNAL,
    find: `if (!isArchived) throw new Error(`,
    replace: `if (isArchived === undefined) throw new Error(`,
    also: [
      {
        file: JOURNAL,
        find: `await parts.archive.write(entries, 'run' in at ? [] : at.entries, isOver(record.state))`,
        replace: `await parts.archive.write(entries, 'run' in at ? [] : at.entries, isOver(record.state)).catch(() => true)`,
      },
    ],
    test: TESTS,
    title: 'and never comes is not called "not accepted": nobody knows',
  },
  {
    id: 'archive-synced',
    without: 'a power failure would take entries that were already acted on',
    file: 'src/adapters/archive/entry-file.ts',
    find: `await handle.datasync()`,
    replace: '',
    test: 'test/adapters/archive/entry-file.test.ts',
    title: 'is synced to disk before anybody is told',
  },
  {
    id: 'journal-forgotten',
    without: 'somebody would act on an old state that a rolled back Redis shows',
    file: JOURNAL,
    find: `if (forgotten.length > 0) return`,
    replace: `if (forgotten.length < 0) return`,
    test: TESTS,
    title: 'gets back from the archive what it forgot, before anybody can act on the old state',
  },
  {
    id: 'restore-chain',
    without: 'an archive that somebody changed would be written back into Redis',
    file: 'src/adapters/redis/restore.ts',
    find: `if (doubt) return { kind: 'refused', problem: doubt }`,
    replace: '',
    test: RECOVERY,
    title: 'is not filled from an archive that was changed',
  },
  {
    id: 'restore-notice',
    without: 'a run that Redis had forgotten would go on as if nothing had been',
    file: 'src/adapters/redis/restore.ts',
    find: `if (isOver(state) || before.at(-1)?.event.type === 'restored') return []`,
    replace: 'if (before.length > 0) return []',
    test: RECOVERY,
    title: 'at any point of a run gets it back as it was',
  },
  {
    id: 'restore-lease',
    without: 'a restored run would not hold the cluster that it has changed',
    file: 'src/adapters/redis/scripts.ts',
    find: `redis.call('HSET', KEYS[6], 'run', ARGV[1], 'number', ARGV[2], 'since', ARGV[7], 'epoch', ARGV[6])`,
    replace: '',
    test: RECOVERY,
    title: 'at any point of a run gets it back as it was',
  },
  {
    id: 'restore-numbers',
    without: 'an emptied Redis would give numbers away a second time',
    file: 'src/workers/recovery.ts',
    find: `if (archived > highest) await this.#parts.journal.raise(archived)`,
    replace: '',
    also: [
      {
        file: 'src/adapters/redis/numbers.ts',
        find: `const floor = this.#floor ?? (await this.#look())`,
        replace: `const floor = this.#floor ?? 0`,
      },
    ],
    test: RECOVERY,
    title: 'does not give numbers and epochs away again',
  },
  {
    id: 'lease-one-holder',
    without: 'two runs could change one cluster at once',
    file: SCRIPTS,
    find: `if held[1] then return {0, held[1], held[2], held[3]} end
local epoch`,
    replace: 'local epoch',
    test: OUTAGES,
    title: 'are held by one run; epochs only grow',
  },
  {
    id: 'lease-release-own',
    without: 'a worker of the past could free a cluster that somebody holds now',
    file: SCRIPTS,
    find: `if held[1] == ARGV[1] and held[2] == ARGV[2] then return redis.call('DEL', KEYS[1]) end`,
    replace: `if held[1] then return redis.call('DEL', KEYS[1]) end`,
    test: OUTAGES,
    title: 'are held by one run; epochs only grow',
  },
  {
    id: 'lease-bump-once',
    without: 'a take-over whose answer was lost would give two epochs',
    file: SCRIPTS,
    find: `if known[1] == ARGV[1] and tonumber(known[2]) > own then return tonumber(known[2]) end`,
    replace: '',
    test: OUTAGES,
    title: 'gets one new epoch when the answer is lost on its way',
  },
]
