import { after, type Daemon, type Group, type Live, log, MS } from './live.ts'

/** Starts groups one after the other, each from left to right; `then` hears whether all of them run. */
export function acquire(live: Live, daemon: Daemon, groups: readonly Group[], then: (ok: boolean) => void): void {
  const [group, ...rest] = groups
  if (!group) {
    then(true)
    return
  }
  log(live, daemon, `info: Acquiring resource group: ${group.prefers} ${group.resources.join(' ')}`)
  startEach(live, daemon, group.resources, failed => {
    if (failed === '') {
      acquire(live, daemon, rest, then)
      return
    }
    log(live, daemon, `CRIT: Giving up resources due to failure of ${failed}`)
    release(live, daemon, [group], () => then(false))
  })
}

/** Calls back with the resource that failed, or "". */
function startEach(live: Live, daemon: Daemon, resources: readonly string[], then: (failed: string) => void): void {
  const [resource, ...rest] = resources
  if (resource === undefined) {
    then('')
    return
  }
  after(live, MS.start, () => {
    if (!daemon.running) return
    if (live.faults.starts.delete(`${resource}@${daemon.name}`)) {
      then(resource)
      return
    }
    daemon.resources.add(resource)
    mounted(live, daemon)
    startEach(live, daemon, rest, then)
  })
}

/** Stops groups, each from right to left. A stop that fails ends in a reboot, one that hangs never ends (ha-stacks.md §1, §5). */
export function release(live: Live, daemon: Daemon, groups: readonly Group[], then: () => void): void {
  const [group, ...rest] = groups
  if (!group) {
    then()
    return
  }
  log(live, daemon, `info: Releasing resource group: ${group.prefers} ${group.resources.join(' ')}`)
  const running = [...group.resources].reverse().filter(resource => daemon.resources.has(resource))
  stopEach(live, daemon, running, () => release(live, daemon, rest, then))
}

function stopEach(live: Live, daemon: Daemon, resources: readonly string[], then: () => void): void {
  const [resource, ...rest] = resources
  if (resource === undefined) {
    then()
    return
  }
  if (live.faults.hanging.has(resource)) return
  if (live.faults.stops.has(resource)) {
    after(live, MS.stopRetries, () => {
      log(live, daemon, `CRIT: Resource STOP failure. Reboot required!`)
      live.stopFailed(daemon)
    })
    return
  }
  after(live, MS.stop, () => {
    if (!daemon.powered) return
    daemon.resources.delete(resource)
    mounted(live, daemon)
    stopEach(live, daemon, rest, then)
  })
}

/** Filesystems that run here stand in the node's mounts, with the node's own address where haresources has one (ha-stacks.md §9.14). */
export function mounted(live: Live, daemon: Daemon): void {
  const own = /hostdata=\S+/.exec(live.files(daemon.name).read('/etc/ha.d/haresources'))?.[0] ?? ''
  const lines = [...daemon.resources].flatMap(resource => {
    const [script, device, directory, type = 'ext3', options = 'defaults'] = resource.split('::')
    return script === 'Filesystem'
      ? [`${device} ${directory} ${type} rw,${options.replace(/hostdata=.*/, own)} 0 0\n`]
      : []
  })
  live.files(daemon.name).write('/proc/mounts', ['/dev/sda2 / ext3 rw 0 0\n', ...lines].join(''))
}
