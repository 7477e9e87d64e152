import type { Result } from '../problem.ts'
import type { Redactor } from '../transcripts/redact.ts'

type FileOf = (source: string) => Promise<Result<string>>

/** From when a file is read for `copy`, the passwords in it are masked by value: a node may print them where no shape tells. */
export function rememberingPasswords(fileOf: FileOf, redactor: Pick<Redactor, 'learn'>): FileOf {
  return async source => {
    const text = await fileOf(source)
    if (text.ok) redactor.learn(source, text.value)
    return text
  }
}
