import { startRealWorld } from '../../../lab/real/real-world.ts'

/** A process of its own that starts a lab in the folder named by its argument, so that a test can end it half-way. */
await startRealWorld({ folder: process.argv[2] ?? '', log: line => console.log(line) })
