import { expect, test } from 'vitest'
import type { Control } from '../../../lab/slack/control.ts'
import type { Entry } from '../../../lab/slack/log.ts'
import { connectApp, handover, openWorkspace } from './connected.ts'

test('of two sockets each envelope goes to one, and both have their turn', async () => {
  const bench = await openWorkspace()
  const { control } = bench
  const heard: string[] = []
  for (const name of ['first', 'second']) {
    await connectApp(bench, app => {
      app.command('/ha', async ({ ack, command }) => {
        heard.push(`${name} ${command.text}`)
        await ack()
      })
    })
  }
  for (const text of ['a', 'b', 'c', 'd'])
    expect(await control.command({ user: 'U0ANA', text: `/ha ${text}` })).toMatchObject({ ok: true })
  expect(heard.map(each => each.split(' ')[1])).toEqual(['a', 'b', 'c', 'd'])
  expect(new Set(heard.map(each => each.split(' ')[0]))).toEqual(new Set(['first', 'second']))
})

test('a duplicated envelope arrives twice under one id; the second acknowledgement changes nothing', async () => {
  const bench = await openWorkspace()
  const { control } = bench
  let heard = 0
  await connectApp(bench, app => {
    app.command('/ha', async ({ ack }) => {
      heard += 1
      await ack(`answer ${heard}`)
    })
  })
  control.fault({ type: 'duplicate' })
  await control.command({ user: 'U0ANA', text: '/ha failover server2' })
  await control.until(() => acks(control).length === 2, { what: 'both acknowledgements' })
  expect(acks(control)).toEqual(['taken', 'again'])
  expect(new Set(envelopes(control)).size).toBe(1)
  expect(heard).toBe(2)
  expect(control.messages({ user: 'U0ANA' }).map(each => each.said)).toEqual(['answer 1'])
  await control.command({ user: 'U0ANA', text: '/ha again' })
  expect(envelopes(control)).toHaveLength(3)
})

test('after a refresh the app comes back by itself and hears commands again', async () => {
  const bench = await openWorkspace()
  const { control } = bench
  await connectApp(bench, app => {
    app.command('/ha', async ({ ack }) => await ack('here'))
  })
  const before = sockets(control, 'open')
  control.fault({ type: 'disconnect', reason: 'refresh_requested' })
  expect(control.state().sockets).toBe(0)
  expect(await control.command({ user: 'U0ANA', text: '/ha deaf?' })).toMatchObject({ error: 'dispatch_failed' })
  await control.until(() => sockets(control, 'open') > before, { what: 'a new socket' })
  expect(await control.command({ user: 'U0ANA', text: '/ha back?' })).toMatchObject({ ok: true })
})

test('a socket that is asked to leave gets no more envelopes while the other carries on', async () => {
  const bench = await openWorkspace()
  const { control } = bench
  await connectApp(bench, app => app.command('/ha', async ({ ack }) => await ack()))
  await connectApp(bench, app => app.command('/ha', async ({ ack }) => await ack()))
  control.fault({ type: 'disconnect', reason: 'warning', socket: 1 })
  for (let time = 0; time < 4; time += 1)
    expect(await control.command({ user: 'U0ANA', text: '/ha x' })).toMatchObject({ ok: true })
  const used = control.log().flatMap(entry => (entry.kind === 'envelope' ? [entry.socket] : []))
  expect(new Set(used)).toEqual(new Set([2]))
})

test('a cut line loses the answer, and the person is told', async () => {
  const bench = await openWorkspace({ now: () => 1_700_000_000_000 })
  const { control } = bench
  const heard = handover<void>()
  await connectApp(bench, app => {
    app.command('/ha', async () => heard.give())
  })
  const waiting = control.command({ user: 'U0ANA', text: '/ha status' })
  await heard.given
  control.fault({ type: 'disconnect', reason: 'cut' })
  control.clock({ advanceMs: 3_000 })
  expect(await waiting).toMatchObject({ ok: false, error: 'operation_timeout' })
})

test('a lost acknowledgement leaves the person without answer although the app has done its work', async () => {
  const bench = await openWorkspace({ now: () => 1_700_000_000_000 })
  const { control } = bench
  await connectApp(bench, app => {
    app.command('/ha', async ({ ack }) => await ack('accepted'))
  })
  control.fault({ type: 'drop_next_ack' })
  const waiting = control.command({ user: 'U0ANA', text: '/ha status' })
  await control.until(() => acks(control).includes('dropped'), { what: 'the dropped acknowledgement' })
  control.clock({ advanceMs: 3_000 })
  expect(await waiting).toMatchObject({ ok: false, error: 'operation_timeout' })
  expect(control.messages({ user: 'U0ANA' }).map(each => each.said)).not.toContain('accepted')
})

test('a slow acknowledgement is shown when it arrives, and too late when it is later than three seconds', async () => {
  const bench = await openWorkspace({ now: () => 1_700_000_000_000 })
  const { control } = bench
  await connectApp(bench, app => {
    app.command('/ha', async ({ ack }) => await ack('accepted'))
  })
  for (const ms of [2_000, 4_000]) {
    control.fault({ type: 'delay', what: 'ack', ms })
    const waiting = control.command({ user: 'U0ANA', text: '/ha status' })
    await control.until(() => control.state().faults.length === 0, { what: 'the delayed acknowledgement' })
    control.clock({ advanceMs: ms })
    expect(await waiting).toMatchObject({ ok: ms < 3_000 })
  }
  expect(acks(control)).toEqual(['taken', 'late'])
})

test('an event nobody acknowledged is sent again: at once, after a minute, after five', async () => {
  const bench = await openWorkspace({ now: () => 1_700_000_000_000 })
  const { control } = bench
  const attempts: number[] = []
  await connectApp(bench, app => {
    app.event('app_mention', async ({ context }) => void attempts.push(context.retryNum ?? 0))
  })
  control.fault({ type: 'drop_next_ack', n: 3 })
  const waiting = control.mention({ user: 'U0ANA', text: 'status' })
  for (const [index, delayMs] of [0, 60_000, 300_000].entries()) {
    await control.until(() => acks(control).length === index + 1, { what: `attempt ${index}` })
    control.clock({ advanceMs: 3_000 })
    const planned = (entry: Entry) => entry.kind === 'retry' && entry.attempt === index + 1 && entry.delayMs === delayMs
    await control.until(() => control.log().some(planned), { what: `the plan for attempt ${index + 1}` })
    control.clock({ advanceMs: delayMs })
  }
  await control.until(() => acks(control).at(-1) === 'taken', { what: 'the last attempt' })
  expect(await waiting).toMatchObject({ ok: true })
  expect(attempts).toEqual([0, 1, 2, 3])
})

function acks(control: Control): string[] {
  return control.log().flatMap(entry => (entry.kind === 'ack' ? [entry.fate] : []))
}

function envelopes(control: Control): string[] {
  return control.log().flatMap(entry => (entry.kind === 'envelope' ? [entry.envelopeId] : []))
}

function sockets(control: Control, state: 'open' | 'closed'): number {
  return control.log().filter(entry => entry.kind === 'socket' && entry.state === state).length
}
