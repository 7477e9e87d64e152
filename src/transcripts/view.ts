import type { Problem } from '../problem.ts'
import type { Measured } from '../runs/measured.ts'

/** How a run stands, ready to be drawn by any surface: Slack card, terminal, page. Plain text only; surfaces escape. */
export interface RunView {
  readonly run: string
  readonly number: number
  readonly cluster: string
  readonly mark: Mark
  /** `Failover server2 · node3 → node5`, or once finished what is now true: `server2 runs on node5`. */
  readonly title: string
  /** What was typed and by whom: `Ana asked: /ha failover server2`. */
  readonly asked: string
  /** ms since the epoch. */
  readonly askedAt: number
  /** How long it has been under way or took, in ms, counted from the request; waiting for people included. */
  readonly elapsedMs: number
  /** Red lines that stand above everything: an approval that became void, warnings and overrides, in words. */
  readonly warnings: readonly string[]
  /** What people have said that is still to be done, or that waits for a second person; straight below the title. */
  readonly notes: readonly string[]
  /** Of an unknown outcome: what was sent, what the node's own record says, what the cluster says. */
  readonly evidence: readonly string[]
  /** Labelled lines in reading order: What happens, Why node5, State, Approve, Runbook. */
  readonly facts: readonly Fact[]
  /** The exact changes, for the folded part of a plan card. */
  readonly commands: readonly CommandView[]
  readonly steps: readonly StepView[]
  /** `approved by Bo 14:03:40`, one per word of a person that the run went on by, or ended. */
  readonly decisions: readonly string[]
  /** Plans that are void, by the token of their gate: what has changed. */
  readonly voided: Readonly<Record<string, string>>
  /** The step a run of unknown outcome stands at, and how many people must have seen it done. */
  readonly open?: { readonly step: string; readonly name: string; readonly people: number }
  readonly gate?: GateView
  /** Set when it has ended: the lines below the title. */
  readonly ending?: { readonly lines: readonly string[]; readonly next: readonly string[] }
  readonly problems: readonly Problem[]
  readonly actions: readonly RunAction[]
}

/** Waiting for people, running, ended well, ended badly, not known, ended by people, refused. */
export type Mark = 'planning' | 'waiting' | 'running' | 'succeeded' | 'failed' | 'unknown' | 'stopped' | 'refused'
export const MARKS: Record<Mark, string> = {
  planning: '…',
  waiting: '⏸',
  running: '▶',
  succeeded: '✓',
  failed: '✗',
  unknown: '?',
  stopped: '■',
  refused: '⊘',
}

/** In the order they are shown. */
export const RUN_ACTIONS = ['approve', 'deny', 'resume', 'mark-done', 'stop', 'details'] as const
export type RunAction = (typeof RUN_ACTIONS)[number]

export interface Fact {
  readonly label: string
  readonly lines: readonly string[]
}

export interface CommandView {
  readonly step: string
  readonly hosts: readonly string[]
  readonly change: 'disruptive' | 'destructive'
  readonly source: string
  readonly values: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly undo: string
  /** Expression under which it runs, "" when always. */
  readonly onlyIf: string
  /** Of a rolling: all its steps are done on one of the hosts before the next one's turn comes. */
  readonly inTurn: boolean
}

export interface GateView {
  readonly gate: string
  readonly token: string
  readonly digest: string
  readonly text: string
  readonly expiresAt: number
  readonly count: number
  readonly approved: number
  readonly from: readonly string[]
  /** What an approver must type; "" when nothing. */
  readonly confirm: string
}

export type StepMark = 'done' | 'warned' | 'running' | 'ahead' | 'skipped' | 'failed' | 'unknown' | 'stopped'
export const STEP_MARKS: Record<StepMark, string> = {
  done: '✓',
  warned: '⚠',
  running: '◌',
  ahead: '·',
  skipped: '–',
  failed: '✗',
  unknown: '?',
  stopped: '■',
}

export interface StepView {
  readonly id: string
  readonly name: string
  readonly mark: StepMark
  /** Where it runs, folded: `node[1-5]`; "" for checks. */
  readonly hosts: string
  readonly durationMs?: number
  /** How far it is, or why it ended as it did. */
  readonly detail: string
  /** Last lines of output worth seeing, masked. */
  readonly tail: string
  /** Of a `measure` step that has ended: what clients felt. */
  readonly measured?: Measured
}
