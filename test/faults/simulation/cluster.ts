import type { ClusterStatus, Leftover } from '../../../src/clusters/status.ts'
import { bad, type Result } from '../../../src/problem.ts'
import type { StatusReader } from '../../../src/runs/ports.ts'
import { configured, moved, moving, offline, pvfsStatus, UNREADABLE } from '../../support/statuses.ts'
import type { History } from './history.ts'
import type { Kernel } from './kernel.ts'
import { BEGIN_MS, type Life } from './life.ts'
import type { Random } from './random.ts'
import { CLUSTER, NODES } from './setting.ts'

const AT_REST = fewerNodes(pvfsStatus())

/** What the nodes agree on: where groups are, what was left behind, who is online. Changes have their effect here. */
export class SimulatedCluster {
  /** How likely nobody can be asked. */
  unreadable = 0
  readonly #kernel: Kernel
  readonly #history: History
  readonly #random: Random
  readonly #isOnline: (node: string) => boolean
  readonly #reboot: (node: string) => void
  readonly #owners = new Map([
    ['server0', 'node1'],
    ['server1', 'node2'],
  ])
  readonly #arriving = new Map<string, number>()
  readonly #leftovers = new Map<string, Leftover>()
  #version = 57

  constructor(parts: {
    readonly kernel: Kernel
    readonly history: History
    readonly random: Random
    readonly isOnline: (node: string) => boolean
    readonly reboot: (node: string) => void
  }) {
    this.#kernel = parts.kernel
    this.#history = parts.history
    this.#random = parts.random
    this.#isOnline = parts.isOnline
    this.#reboot = parts.reboot
  }

  /** What a change does, by its script. */
  effect(node: string, script: string): void {
    const [, verb = ''] = /^simctl (\w+)/m.exec(script) ?? []
    const group = valueIn(script, 'group')
    this.#history.note('cluster', `${node} does ${verb} ${group}`)
    if (verb === 'move') {
      const target = valueIn(script, 'node')
      this.#leftovers.set(group, { id: `cli-prefer-${group}`, kind: 'prefer', group, node: target })
      this.move(group, target)
      this.#version += 1
    } else if (verb === 'clear' && this.#leftovers.delete(group)) this.#version += 1
    else if (verb === 'reboot') this.#kernel.in(this.#random.int(100, 1500), () => this.#reboot(node))
  }

  ownerOf(group: string): string | undefined {
    return this.#owners.get(group)
  }

  /** By a change, or by itself. */
  move(group: string, node: string): void {
    if (this.#owners.get(group) === node) return
    this.#history.note('cluster', `${group} goes to ${node}`)
    this.#owners.set(group, node)
    this.#arriving.set(group, this.#kernel.now + this.#random.int(200, 5000))
  }

  status(): ClusterStatus {
    let status = configured(AT_REST, `0.${this.#version}`)
    for (const [group, node] of this.#owners) {
      const isThere = (this.#arriving.get(group) ?? 0) <= this.#kernel.now
      status = isThere ? moved(status, group, node) : moving(status, group, node)
    }
    for (const node of NODES) if (!this.#isOnline(node)) status = offline(status, node)
    const readAt = new Date(BEGIN_MS + this.#kernel.now).toISOString()
    return { ...status, readAt, leftovers: [...this.#leftovers.values()] }
  }

  /** The reader of one worker. Its parsing and its voting have tests of their own. */
  readerFor(life: Life): StatusReader {
    return {
      read: (cluster, signal) =>
        new Promise<Result<ClusterStatus>>(resolve => {
          const isLost = this.#random.chance(this.unreadable)
          const takesMs = isLost ? this.#random.int(50, 8000) : this.#random.int(5, 60)
          const settle = (reading: Result<ClusterStatus>) => {
            due.cancel()
            signal.removeEventListener('abort', onAbort)
            resolve(reading)
          }
          const answer = () =>
            settle(isLost || cluster !== CLUSTER ? bad(UNREADABLE) : { ok: true, value: this.status() })
          const onAbort = () => settle(bad({ code: 'cluster-unreadable', message: 'It was stopped.' }))
          const due = this.#kernel.in(takesMs, () => life.give(answer))
          if (signal.aborted) onAbort()
          else signal.addEventListener('abort', onAbort, { once: true })
        }),
    }
  }
}

function valueIn(script: string, name: string): string {
  return new RegExp(`^${name}='([^']*)'$`, 'm').exec(script)?.[1] ?? ''
}

function fewerNodes(status: ClusterStatus): ClusterStatus {
  const nodes = NODES.map(name => [name, status.nodes[name]] as const)
  const groups = ['server0', 'server1'].map(name => [name, status.groups[name]] as const)
  return {
    ...status,
    nodes: Object.fromEntries(nodes.flatMap(([name, node]) => (node ? [[name, node]] : []))),
    groups: Object.fromEntries(groups.flatMap(([name, group]) => (group ? [[name, group]] : []))),
  }
}
