import { reply, type ToolCall, type ToolReply } from '../../stack-model.ts'

/** Releases as RHEL 6 has them; that just these belong together is [U]. */
const INSTALLED: Readonly<Record<string, string>> = {
  cman: '3.0.12.1-59.el6.x86_64',
  rgmanager: '3.1.8-2.el6.x86_64',
  'lvm2-cluster': '2.02.98-9.el6.x86_64',
}

/** `rpm -q NAME…`: a line for each; those that are not installed are counted in the exit code. */
export function rpm(call: ToolCall): ToolReply {
  const names = call.args.filter(arg => !arg.startsWith('-'))
  const missing = names.filter(name => INSTALLED[name] === undefined)
  const line = (name: string) =>
    INSTALLED[name] === undefined ? `package ${name} is not installed` : `${name}-${INSTALLED[name]}`
  return reply(names.map(name => `${line(name)}\n`).join(''), missing.length)
}
