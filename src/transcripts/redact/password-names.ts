/**
 * What settings that hold a password are called, by how their names end: `passwd` and `password` of fence agents and devices,
 * `snmp_priv_passwd`, `community` of SNMP. `passwd_script` names a program, and `pcmk_…` and `login` are no secrets.
 */
const ENDINGS = ['passwd', 'password', 'passphrase', 'secret', 'secret_key', 'community'].map(name => Buffer.from(name))

/** Devices of `stonith_host` whose parameters end with a password; what is in front of it differs, so all but the first are masked. */
const DEVICES: ReadonlySet<string> = new Set([
  'apcmaster',
  'apcmastersnmp',
  'baytech',
  'bladehpi',
  'drac3',
  'ipmilan',
  'nw_rpc100s',
  'vacm',
  'wti_mpc',
  'wti_nps',
])

/** Whether the bytes before `end` are the end of such a name, in capitals or not. */
export function endsAsPassword(byteAt: (place: number) => number, end: number): boolean {
  return ENDINGS.some(name => endsWith(name, byteAt, end))
}

function endsWith(name: Buffer, byteAt: (place: number) => number, end: number): boolean {
  for (let back = 1; back <= name.length; back++)
    if (lower(byteAt(end - back)) !== name[name.length - back]) return false
  return true
}

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte
}

/** How many parameters of this device may be read; none of them is masked where it is not known to have a password. */
export function openParameters(device: string): number {
  // Node and address come first: hostname ipaddr userid passwd (ha-stacks.md §9.8).
  if (device.startsWith('external/')) return 2
  return DEVICES.has(device) ? 1 : Number.POSITIVE_INFINITY
}

/** `1 sha1 KEY` in authkeys; crc has no key (ha-stacks.md §1). */
export function isKeyMethod(word: string): boolean {
  return word === 'sha1' || word === 'md5'
}
