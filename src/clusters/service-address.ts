/** Where clients reach a group, as host and port. */
export interface ServiceAddress {
  /** A name or an address; of IPv6 without its brackets. */
  readonly host: string
  readonly port: number
}

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/
const IPV6 = /^[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9._-]+)?$/

/** Reads `192.0.2.22:3334`, `virtual3.example:3334` or `[2001:db8::22]:3334`; undefined when it is nothing of the kind. */
export function parseServiceAddress(text: string): ServiceAddress | undefined {
  const [, v6, name = '', digits = ''] = /^(?:\[([^\]]+)\]|([^[\]:]+)):(\d{1,5})$/.exec(text) ?? []
  const port = Number(digits)
  const isHost = v6 === undefined ? NAME.test(name) : IPV6.test(v6)
  return isHost && port >= 1 && port <= 65_535 ? { host: v6 ?? name, port } : undefined
}

/** `192.0.2.22:3334`, `[2001:db8::22]:3334`. */
export function serviceText({ host, port }: ServiceAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
