import { type Logger, LogLevel } from '@slack/bolt'

/** The part of pino's logger that the Slack adapter uses. Never given a token, a payload or remote output. */
export interface SlackLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
  error(fields: Readonly<Record<string, unknown>>, message: string): void
}

/**
 * Bolt's and its clients' log lines, as ours. Debug is dropped whatever level is asked for: at that level the SDK logs whole payloads
 * and acknowledgements (slack-platform.md §1.3).
 */
export function boltLogger(log: SlackLog, part: string): Logger {
  return {
    debug: () => undefined,
    info: (...said) => log.info({ part }, sentence(said)),
    warn: (...said) => log.warn({ part }, sentence(said)),
    error: (...said) => log.error({ part }, sentence(said)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  }
}

/** Errors by their message alone: those of the SDK carry requests and headers. */
function sentence(said: readonly unknown[]): string {
  return said.map(part => (part instanceof Error ? part.message : typeof part === 'string' ? part : '')).join(' ')
}
