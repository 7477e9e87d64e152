import { type Live, STATE } from './live.ts'

/** The owner of a service that has started; "" while it stops, starts or has failed. Called as its status calls it: `serv` of `service:serv`. */
export function servedBy(live: Live, group: string): string {
  const found = live.services.find(({ layout }) => layout.fullName.split(':').at(-1) === group)
  return found?.state === STATE.started ? found.owner : ''
}
