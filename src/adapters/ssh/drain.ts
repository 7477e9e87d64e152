import type { Readable } from 'node:stream'

/**
 * Gives every chunk to `take` and resolves when the stream has ended and the last chunk was taken. While a promise of
 * `take` is open the stream is paused: SSH's window then holds the far side. Rejects with what `take` throws.
 */
export function drain(from: Readable, take: (chunk: Buffer) => void | Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let taking: Promise<void> = Promise.resolve()
    const finish = (): void => void taking.then(resolve, reject)
    from.on('data', (chunk: Buffer) => {
      try {
        const busy = take(chunk)
        if (!busy) return
        from.pause()
        taking = busy.then(() => void from.resume())
        taking.catch(reject)
      } catch (error) {
        // Thrown any further it would land in ssh2's parser and end the whole connection.
        reject(error)
      }
    })
    from.once('end', finish)
    from.once('close', finish)
  })
}

/** Lets the rest of a stream go by unread, so that it cannot stall the other channels' close. */
export function discard(from: Readable): void {
  from.removeAllListeners('data')
  from.resume()
}
