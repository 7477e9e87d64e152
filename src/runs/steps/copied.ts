import { sha256 } from '../../canonical.ts'
import { bad, good, type Result } from '../../problem.ts'
import type { PlannedStepOf } from '../../runbooks/plan.ts'
import type { Course } from '../course.ts'

/** The text of the file that a step shows or puts in place, "" where it has none: as it was approved, or not at all. */
export async function copiedText(step: PlannedStepOf<'run'>, course: Course): Promise<Result<string>> {
  const { file } = step
  if (!file) return good('')
  const text = await course.ports.fileOf(file.source)
  if (!text.ok || sha256(text.value) === file.sha256) return text
  return bad({
    code: 'copy-changed',
    message: `The file ${file.source} was changed: it is not the one of the plan any more (its SHA-256 was ${file.sha256.slice(0, 16)}…).`,
    next: 'Ask for it again, so that somebody approves what is in it now.',
  })
}
