import { readFile, writeFile } from 'node:fs/promises'
import { DIAGRAM_FILE, roomDiagram, withDiagram } from './graph/room-diagram.ts'

/** `npm run graph`: draws the rooms and who imports whom into docs/architecture.md, from the imports as they are. */
const before = await readFile(DIAGRAM_FILE, 'utf8')
const after = withDiagram(before, await roomDiagram())
if (after !== before) await writeFile(DIAGRAM_FILE, after)
process.stdout.write(after === before ? 'The diagram is current.\n' : 'docs/architecture.md has the new diagram.\n')
