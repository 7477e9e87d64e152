import {
  after,
  type Daemon,
  daemonOf,
  groupsOf,
  type Live,
  log,
  MS,
  otherSide,
  type Part,
  partsOf,
  peerOf,
  type Word,
} from './live.ts'
import { acquire, release } from './resources.ts'

/** `hb_standby` on that node: taken up or ignored, which only the log says (ha-stacks.md §5). */
export function standby(live: Live, name: string, word: Word): void {
  const giver = daemonOf(live, name)
  const because = ignoredBecause(live, giver)
  if (because !== '') {
    log(live, giver, because)
    return
  }
  const peer = peerOf(live, giver)
  log(live, giver, `info: ${giver.name} wants to go standby [${word}]`)
  if (peer.sees === 'dead' || !peer.running || live.faults.ignored.get(name) === 'no reply') {
    after(live, MS.noReply, () => log(live, giver, 'WARN: No reply to standby request.  Standby request cancelled.'))
    return
  }
  live.standby = name
  after(live, MS.answer, () => begin(live, giver, peer, word))
}

function ignoredBecause(live: Live, giver: Daemon): string {
  const fault = live.faults.ignored.get(giver.name)
  const failback = /^auto_failback\s+(\S+)/m.exec(giver.haCf)?.[1]
  if (failback === undefined || failback === 'legacy')
    return 'WARN: Standby mode only implemented when nice_failback on'
  if (live.standby !== '' || fault === 'in progress')
    return `WARN: Standby in progress- new request from ${giver.name} ignored [3600 seconds left]`
  if (fault === 'flux' || giver.busy || peerOf(live, giver).busy)
    return `WARN: standby message [me] from ${giver.name} ignored.  Other side is in flux.`
  return ''
}

/** The giver stops first; only then does the other start: both in transition from here to the end. */
function begin(live: Live, giver: Daemon, peer: Daemon, word: Word): void {
  const parts = partsOf(word).filter(part => giver.holds.has(part))
  giver.busy = true
  peer.busy = true
  log(live, peer, `info: standby: ${peer.name} can take our ${word} resources`)
  log(live, giver, 'info: give up all HA resources (standby).')
  release(
    live,
    giver,
    parts.flatMap(part => groupsOf(live, giver, part)),
    () => {
      for (const part of parts) giver.holds.delete(part)
      log(live, giver, 'info: all HA resource release completed (standby).')
      log(live, giver, `info: Local standby process completed [${word}].`)
      take(live, giver, peer, word, parts)
    },
  )
}

function take(live: Live, giver: Daemon, peer: Daemon, word: Word, parts: readonly Part[]): void {
  log(live, peer, `info: standby: acquire [${word}] resources from ${giver.name}`)
  const own = parts.map(otherSide)
  acquire(
    live,
    peer,
    own.flatMap(part => groupsOf(live, peer, part)),
    ok => {
      for (const part of own) peer.holds.add(part)
      giver.busy = false
      peer.busy = false
      live.standby = ''
      log(live, peer, 'info: all HA resource acquisition completed (standby).')
      log(live, peer, `info: Standby resource acquisition done [${word}].`)
      log(live, giver, `info: Other node completed standby takeover of ${word} resources.`)
      if (!ok) goesBack(live, peer)
    },
  )
}

/** After a start that failed, Heartbeat hands everything over by itself, 30 s later (ha-stacks.md §5). */
export function goesBack(live: Live, daemon: Daemon): void {
  after(live, MS.standbyAfterFailure, () => standby(live, daemon.name, 'all'))
}

/** `hb_takeover` on that node: the other one gives, and names the same groups from its side. */
export function takeover(live: Live, name: string, word: Word): void {
  const peer = peerOf(live, daemonOf(live, name))
  const sides: Readonly<Record<Word, Word>> = { all: 'all', local: 'foreign', foreign: 'local', failback: 'local' }
  standby(live, peer.name, sides[word])
}
