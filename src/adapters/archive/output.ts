import { join } from 'node:path'
import type { OutputArchive, Recorded } from '../../runs/output.ts'
import { readHead } from './bundle-files.ts'
import { runFolder, safeName, syncFolder } from './folders.ts'
import { createNew } from './new-file.ts'
import { type Mask, StoredStream } from './stored-stream.ts'

const FOLDER = 'output'

/** Writes outputs under `archive`, masked before they touch the disk; memory stays bounded whatever the size. */
export function createOutputArchive(archive: string, newMask: () => Mask): OutputArchive {
  return {
    record: async of => {
      const folder = runFolder(archive, of.run, of.number)
      const repeat = of.attempt > 1 ? `.${of.attempt}` : ''
      const stem = `${FOLDER}/${safeName(of.step)}${of.again ? '.again' : ''}${of.host ? `.${safeName(of.host)}` : ''}${repeat}`
      const streams = {
        stdout: new StoredStream('stdout', newMask(), () => createNew(folder, stem, '.out')),
        stderr: new StoredStream('stderr', newMask(), () => createNew(folder, stem, '.err')),
      }
      return {
        sink: (stream, chunk) => streams[stream].write(chunk),
        finish: () => finish(streams, join(folder, FOLDER)),
      }
    },
    read: (run, number, file, limit) => readHead(join(runFolder(archive, run, number), file), limit),
  }
}

async function finish(
  streams: { readonly stdout: StoredStream; readonly stderr: StoredStream },
  folder: string,
): Promise<Recorded> {
  const [stdout, stderr] = [await streams.stdout.finish(), await streams.stderr.finish()]
  const troubles = [stdout.lost, stderr.lost].filter(lost => lost !== undefined)
  if (stdout.ref || stderr.ref) {
    await syncFolder(folder).catch((error: unknown) => {
      troubles.push(
        `the names of the stored files may not be kept: ${error instanceof Error ? error.message : String(error)}`,
      )
    })
  }
  return {
    ...(stdout.ref && { stdout: stdout.ref }),
    ...(stderr.ref && { stderr: stderr.ref }),
    ...(troubles.length > 0 && { lost: troubles.join('; ') }),
  }
}
