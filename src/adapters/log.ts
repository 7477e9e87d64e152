import { type Logger, pino } from 'pino'
import type { Redactor } from '../transcripts/redact.ts'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

type LogFields = Readonly<Record<string, unknown>>

/** Structured logging, one JSON line each. Every line is masked by value before it leaves the process. */
export interface Log {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
  /** A log whose every line carries these fields: usually `run`, `cluster`, `step`, `node`. */
  child(fields: LogFields): Log
}

export interface LogOptions {
  readonly level: LogLevel
  readonly redactor: Pick<Redactor, 'text'>
  /** Default: standard error, so that the output of a command stays clean. */
  readonly destination?: { write(line: string): unknown }
}

/** The one home of pino. Errors under `err` are written with type, message and stack. */
export function createLog({ level, redactor, destination = process.stderr }: LogOptions): Log {
  const masked = { write: (line: string) => void destination.write(redactor.text(line)) }
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: levelByName } }
  return wrapped(pino(options, masked))
}

function levelByName(label: string): { level: string } {
  return { level: label }
}

function wrapped(logger: Logger): Log {
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    child: fields => wrapped(logger.child(fields)),
  }
}
