/** Pacemaker's infinity: scores are clipped to it, and minus infinity wins over everything. */
export const INFINITY_SCORE = 1_000_000

export function addScores(left: number, right: number): number {
  if (left <= -INFINITY_SCORE || right <= -INFINITY_SCORE) return -INFINITY_SCORE
  if (left >= INFINITY_SCORE || right >= INFINITY_SCORE) return INFINITY_SCORE
  return Math.max(-INFINITY_SCORE, Math.min(INFINITY_SCORE, left + right))
}

/** Reads `INFINITY`, `-INFINITY`, `+INFINITY` or a number; anything else is 0, as Pacemaker reads it. */
export function parseScore(text: string): number {
  if (text === 'INFINITY' || text === '+INFINITY') return INFINITY_SCORE
  if (text === '-INFINITY') return -INFINITY_SCORE
  const value = Number.parseInt(text, 10)
  return Number.isNaN(value) ? 0 : addScores(value, 0)
}

export function scoreText(score: number): string {
  if (score >= INFINITY_SCORE) return 'INFINITY'
  return score <= -INFINITY_SCORE ? '-INFINITY' : String(score)
}
