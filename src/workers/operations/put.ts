import { cksum } from './cksum.ts'

/** A file for a node's ledger. */
export interface LedgerFile {
  /** Below the ledger: `bundles/b-<sha256>`. */
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * Takes a file from standard input into a node's ledger, and answers with the node's clock. What was cut off on its way does not get the
 * name. It is one line without single quotes, backslashes and `!`, so that any login shell hands it on unchanged in one pair of single
 * quotes. Paths count from where the login starts: $HOME is another folder under sudo.
 */
export function putScript(folder: string, { name, bytes }: LedgerFile): string {
  const sum = cksum(bytes)
  const parent = name.includes('/') ? `/${name.slice(0, name.lastIndexOf('/'))}` : ''
  return [
    'umask 077',
    `d=${folder}`,
    `t=$d/put-$$-${sum.crc}`,
    'no() { rm -f "$t"; echo; echo "ha1 unput $1"; echo ha1 end; exit 1; }',
    `[ -d "$d${parent}" ] || mkdir -p "$d${parent}" || no folder`,
    'cat >"$t" || no write',
    'set -- $(cksum <"$t")',
    `[ "$1-$2" = ${sum.crc}-${sum.bytes} ] || no damaged`,
    `mv -f "$t" "$d/${name}" || no write`,
    `echo; echo "ha1 put ${name} $(date +%s)"; echo ha1 end`,
  ].join('; ')
}
