/** `14:02:11` in UTC. */
export function clockText(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19)
}

/** `14:02:11.402`. */
export function clockMsText(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23)
}

/** `2026-11-21 14:02:11.402Z`. */
export function stampText(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ')
}

/** Since the beginning: `+0:31.2`, `+1:02:03.0`. */
export function offsetText(ms: number): string {
  const tenths = Math.floor(Math.max(0, ms) / 100)
  const seconds = Math.floor(tenths / 10)
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  const rest = `${String(seconds % 60).padStart(2, '0')}.${tenths % 10}`
  return hours > 0 ? `+${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `+${minutes}:${rest}`
}

/** A running clock for a card: `0:14`, `1:02:03`. */
export function stopwatchText(ms: number): string {
  return offsetText(ms).slice(1).replace(/\.\d$/, '')
}

/** `2 s ago`, `3 min ago`. */
export function agoText(fromMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - fromMs) / 1000))
  if (seconds < 120) return `${seconds} s ago`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`
  return `${Math.round(seconds / 3600)} h ago`
}
