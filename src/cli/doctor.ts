import type { CliContext } from './context.ts'

export async function doctorCommand(context: CliContext): Promise<number> {
  context.out.say('')
  return 0
}
