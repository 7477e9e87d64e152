import type { Fault } from './fault.ts'
import { HOST_FAULTS } from './host.ts'
import { NETWORK_FAULTS } from './network.ts'
import { PROCESS_FAULTS } from './process.ts'
import { REDIS_FAULTS } from './redis.ts'
import { SLACK_FAULTS } from './slack.ts'

/** Everything that can go wrong on one computer. */
export const FAULTS: readonly Fault[] = [
  ...PROCESS_FAULTS,
  ...REDIS_FAULTS,
  ...NETWORK_FAULTS,
  ...HOST_FAULTS,
  ...SLACK_FAULTS,
]
