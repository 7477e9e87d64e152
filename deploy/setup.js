#!/usr/bin/env node
// Gets a computer ready for `npm run demo`, `npm test` and `npm run check`: only what is missing, and never a question.
import { readArguments, USAGE } from './setup/arguments.js'
import { inventoryText } from './setup/inventory.js'
import { thisMachine } from './setup/machine.js'
import { prepare } from './setup/prepare.js'

const machine = thisMachine()
const wish = readArguments(process.argv.slice(2), process.env)
const say = text => console.error(text)

if (wish.mistake) {
  say(`${wish.mistake}\n${USAGE}`)
  process.exitCode = 2
} else if (wish.print) {
  console.log(inventoryText(machine))
} else {
  process.exitCode = prepare(machine, wish, say)
}
