import type { NeededFile } from '../commands/doctor/file-findings.ts'
import type { Config } from '../config.ts'

/** Everything that has to be on disk for this configuration, each path once. */
export function neededFiles(config: Config): readonly NeededFile[] {
  const { bot, worker, trusted } = config.signing
  const files: NeededFile[] = [
    { path: bot, what: 'the signing key of the bot', who: 'bot', isSecret: true },
    { path: worker, what: 'the signing key of the worker', who: 'worker', isSecret: true },
    { path: trusted, what: 'the folder of trusted signing keys', who: 'both', isSecret: false },
    { path: config.runbooks, what: 'the folder of runbooks', who: 'both', isSecret: false },
    ...Object.values(config.inventory).flatMap(clusterFiles),
  ]
  return [...new Map(files.map(file => [file.path, file])).values()]
}

function clusterFiles({ name, ssh, nodes }: Config['inventory'][string]): readonly NeededFile[] {
  const boards = Object.values(nodes).flatMap(node =>
    node.bmc ? [{ node: node.name, path: node.bmc.passwordFile }] : [],
  )
  return [
    { path: ssh.knownHosts, what: `the host keys of ${name}`, who: 'worker', isSecret: false },
    ...(ssh.identityFile ? [secret(ssh.identityFile, `the SSH key for ${name}`)] : []),
    ...boards.map(({ node, path }) => secret(path, `the password of ${node}'s management board`)),
  ]
}

function secret(path: string, what: string): NeededFile {
  return { path, what, who: 'worker', isSecret: true }
}
