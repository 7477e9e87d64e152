import type { CommandView, GateView, Mark, RunView, StepView } from '../../../src/transcripts/view.ts'

const ASKED_AT = Date.parse('2026-11-21T14:02:11Z')

export const GATE: GateView = {
  gate: 'agree',
  token: '00112233445566778899aabbccddeeff',
  digest: '8f3a12c077de'.padEnd(64, '0'),
  text: 'Move server2 from node3 to node5',
  expiresAt: ASKED_AT + 15 * 60_000,
  count: 1,
  approved: 0,
  from: ['oncall'],
  confirm: '',
}

export const COMMANDS: readonly CommandView[] = [
  {
    step: 'Move the group',
    hosts: ['node1'],
    change: 'disruptive',
    source: 'crm_resource --move --resource "$group" --node "$node"',
    values: { group: 'server2', node: 'node5' },
    timeoutMs: 60_000,
    undo: '/ha migrate server2 to node3 on pvfs',
    onlyIf: '',
    inTurn: false,
  },
  {
    step: 'Remove the constraint the move left behind',
    hosts: ['node1'],
    change: 'disruptive',
    source: 'crm_resource --clear --resource "$group"',
    values: { group: 'server2' },
    timeoutMs: 60_000,
    undo: '',
    onlyIf: '',
    inTurn: false,
  },
]

const FACTS = [
  {
    label: 'What happens',
    lines: [
      'server2 (address, filesystem, daemon) stops on node3 and starts on node5',
      'clients of virtual3 pause for about 20 s',
      'nothing else moves (simulated by the cluster)',
    ],
  },
  { label: 'Why node5', lines: ['spare: online, runs no group'] },
  { label: 'State', lines: ['5 of 5 online · quorate · settled · no failures', 'read 2 s ago from node1, node4'] },
  { label: 'Approve', lines: ['1 of oncall besides Ana · until 14:17 UTC (15 min, then nothing runs)'] },
  { label: 'Runbook', lines: ['pacemaker/failover 1.0.0 · plan 8f3a 12c0 77de'] },
]

export function step(id: string, mark: StepView['mark'], more: Partial<StepView> = {}): StepView {
  return { id, name: id, mark, hosts: '', detail: '', tail: '', ...more }
}

const DONE_STEPS = [
  step('settled', 'done', { name: 'Quorate, settled, no leftovers', durationMs: 300 }),
  step('able', 'done', { name: 'The target can take the group', durationMs: 4 }),
  step('move', 'done', { name: 'Move the group', hosts: 'node1', durationMs: 600 }),
]

/** A failover of server2 that looks as `mark` says, unless `more` says otherwise. */
export function view(mark: Mark, more: Partial<RunView> = {}): RunView {
  return {
    run: '01JD0000000000000000000042',
    number: 42,
    cluster: 'pvfs',
    mark,
    title: 'Failover server2 · node3 → node5',
    asked: 'Ana asked: /ha failover server2',
    askedAt: ASKED_AT,
    elapsedMs: 14_000,
    warnings: [],
    notes: [],
    evidence: [],
    facts: FACTS,
    commands: COMMANDS,
    steps: [],
    decisions: [],
    voided: {},
    problems: [],
    actions: [],
    ...more,
  }
}

const VOID = ['approved by Bo 14:03:40 UTC · void since']

const APPROVED = ['approved by Bo 14:03:40 UTC']

/** A destructive change whose result never came back. */
const UNKNOWN: Partial<RunView> = {
  title: 'It is not known whether node2 was fenced',
  number: 43,
  elapsedMs: 123_000,
  evidence: [
    'sent: "Fence node2" to node1 14:04:01 UTC; the connection was lost 0.4 s after, and node1 does not answer since',
    'the cluster says (node3): 4 of 5 online · quorate · not settled (node2 UNCLEAN) · no failures',
  ],
  decisions: APPROVED,
  steps: [
    step('fence', 'unknown', { name: 'Fence node2', hosts: 'node1', detail: 'the connection to node1 was lost' }),
  ],
  ending: {
    lines: ['nothing further will run; the lease stays with #43'],
    next: ['look at the cluster: /ha status on pvfs', 'ask the node again what became of it: /ha resume 43'],
  },
  open: { step: 'fence', name: 'Fence node2', people: 2 },
  actions: ['resume', 'mark-done', 'stop', 'details'],
}

/** Every way a run can stand, as a person sees it. */
export const VIEWS: Readonly<Record<string, RunView>> = {
  planning: view('planning', { facts: [], commands: [], actions: ['stop'] }),
  waiting: view('waiting', {
    gate: GATE,
    actions: ['approve', 'deny', 'details'],
    warnings: [
      '1 other failure in the cluster: server0_daemon start on node1 (14:01)',
      'check "settled" overridden by Ana: "DC election after switch reboot"',
    ],
  }),
  'waiting-for-two': view('waiting', {
    title: 'Confirm that node2 is off',
    gate: { ...GATE, count: 2, approved: 1, confirm: 'node2' },
    decisions: APPROVED,
    actions: ['approve', 'deny', 'details'],
  }),
  running: view('running', {
    decisions: APPROVED,
    steps: [
      ...DONE_STEPS,
      step('arrived', 'running', {
        name: 'It runs there',
        detail: '12 s of 5 min · address node5 · filesystem node5 · daemon starting',
      }),
      step('tidy', 'ahead', { name: 'Remove the constraint the move left behind', hosts: 'node1' }),
    ],
    actions: ['stop', 'details'],
  }),
  succeeded: view('succeeded', {
    title: 'server2 runs on node5',
    elapsedMs: 31_000,
    decisions: APPROVED,
    steps: DONE_STEPS,
    ending: { lines: ['moved from node3', 'nothing left behind'], next: [] },
    actions: ['details'],
  }),
  failed: view('failed', {
    title: 'server2 did not start on node5; it runs on node3 again',
    elapsedMs: 72_000,
    decisions: APPROVED,
    steps: [
      ...DONE_STEPS,
      step('arrived', 'failed', {
        name: 'It runs there',
        detail: 'server2_daemon start on node5: "port 3334 in use" (exit 1)',
        tail: 'bind: Address already in use\nserver2_daemon: giving up',
      }),
    ],
    ending: {
      lines: ['left behind: fail count of server2_daemon on node5'],
      next: ['free the port on node5, then /ha cleanup server2_daemon and again'],
    },
    actions: ['details'],
  }),
  unknown: view('unknown', UNKNOWN),
  'unknown-and-marked-by-one': view('unknown', {
    ...UNKNOWN,
    notes: ['"Fence node2" is done, says Bo: "its console is dark". One more person must say the same, having looked.'],
  }),
  'unknown-and-to-be-taken-over': view('unknown', {
    ...UNKNOWN,
    notes: [
      'Cy wants pvfs taken from this run: "node1 is being replaced". A second person must say the same: /ha take-over 43 "why"',
    ],
  }),
  'taken-over': view('unknown', {
    ...UNKNOWN,
    notes: [
      'pvfs was taken from this run by Cy and Bo ("node1 is being replaced", "seen it too"). node3, node5 refuse whatever it still sends. No answer from node1: what was sent there may still begin.',
    ],
    ending: { lines: [], next: ['look at the cluster: /ha status on pvfs'] },
    actions: ['details'],
  }),
  stopping: view('running', {
    notes: ['stopping: ending "Move the group" on node1 · asked by Cy: "wrong group"'],
    decisions: APPROVED,
    steps: [step('move', 'running', { name: 'Move the group', hosts: 'node1', detail: '4.0 s of 1 min' })],
    actions: ['details'],
  }),
  'planning-again': view('planning', {
    title: 'planning again: failover server2',
    warnings: ['Approval by Bo is void: server2 was on node3 and is now on node4'],
    decisions: VOID,
    facts: [],
    commands: [],
    actions: ['stop'],
  }),
  'waiting-after-drift': view('waiting', {
    title: 'Failover server2 · node4 → node5',
    gate: { ...GATE, text: 'Move server2 from node4 to node5' },
    warnings: ['Approval by Bo is void: server2 was on node3 and is now on node4', 'and: node3 is no longer online'],
    decisions: VOID,
    actions: ['approve', 'deny', 'details'],
  }),
  denied: view('stopped', {
    title: 'Failover server2: denied, nothing ran',
    decisions: ['denied by Cy 14:04:02 UTC: "backup is running"'],
    steps: DONE_STEPS.slice(0, 2),
    ending: { lines: [], next: [] },
    actions: ['details'],
  }),
  expired: view('stopped', {
    title: 'Failover server2: expired, nothing ran',
    elapsedMs: 15 * 60_000,
    ending: { lines: ['nobody approved within 15 min'], next: ['/ha failover server2'] },
    actions: ['details'],
  }),
  refused: view('refused', {
    title: 'Failover server2: not carried out, nothing was changed',
    decisions: APPROVED,
    problems: [
      {
        code: 'drift',
        message: 'The owner of server2 changed since it was approved: node3, now node1.',
        stillTrue: 'Nothing was changed.',
        next: 'Ask again: /ha failover server2',
      },
    ],
    actions: ['details'],
  }),
}
