import { failuresText, runSeeds } from './simulation/run-seeds.ts'

const TELL_EVERY = 500

/** `--seeds N --from M`: schedules of the simulation, one after the other; the exit code. */
export async function simulate(
  count: number,
  from: number,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<number> {
  const began = performance.now()
  let done = 0
  const onRan = () => {
    done += 1
    if (done % TELL_EVERY === 0) say(`${done} of ${count} schedules`)
  }
  const ran = await runSeeds({ from, count, signal, onRan })
  const { schedules, faults, runs, began: changes, outcomes, failed } = ran
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  say(
    `${schedules} schedules from seed ${from}: ${faults} faults, ${runs} runs, ${changes} changes begun, in ${seconds} s`,
  )
  say(
    `outcomes: ${Object.entries(outcomes)
      .map(([outcome, times]) => `${outcome} ${times}`)
      .join(', ')}`,
  )
  say(`violations: ${failed.length}`)
  if (failed.length === 0) return 0
  say(failuresText(failed))
  for (const { seed } of failed) say(`again: npm run faults -- --seeds 1 --from ${seed}`)
  return 1
}
