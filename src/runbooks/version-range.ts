import { compareVersions } from './versions.ts'

/** `1.2.0` is that version alone, `~1.2.0` any later 1.2, `^1.2.0` any later 1 (of a 0.x: any later 0.x of the same x). */
export function isInRange(version: string, range: string): boolean {
  const [, kind = '', from = ''] = /^([\^~]?)(.*)$/.exec(range) ?? []
  if (kind === '') return version === from
  const isFixed = (part: number) => version.split('.')[part] === from.split('.')[part]
  const fixed = kind === '~' || from.startsWith('0.') ? [0, 1] : [0]
  return fixed.every(isFixed) && compareVersions(version, from) >= 0
}
