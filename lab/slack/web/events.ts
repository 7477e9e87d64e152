import type { ServerResponse } from 'node:http'
import type { Lab } from '../lab.ts'

/** `GET /_sim/events`: one line for every burst of changes, so that the page looks again. Ends when the page goes away. */
export function streamChanges(lab: Lab, response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.write('data: hello\n\n')
  let waiting: NodeJS.Immediate | undefined
  const unwatch = lab.changes.watch(() => {
    waiting ??= setImmediate(() => {
      waiting = undefined
      response.write('data: changed\n\n')
    })
  })
  response.once('close', () => {
    unwatch()
    clearImmediate(waiting)
  })
}
