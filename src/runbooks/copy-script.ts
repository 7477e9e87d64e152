import { sq } from './script.ts'

/**
 * Shows what would be different, with the new text as standard input. Old systems may have no diff; cksum they have.
 * The variables: `to`, `from` (how the runbook calls the file), `sum` (its cksum).
 */
export const SHOW_DIFFERENCE = `old=$to
[ -e "$to" ] || { old=/dev/null; echo "$to is not there yet"; }
if command -v diff >/dev/null 2>&1; then
  diff -u -L "$to now" -L "$from" "$old" -
  case $? in
    0) echo "$to: the text is the same" ;;
    1) ;;
    *) exit 1 ;;
  esac
elif [ "$(cksum <"$old")" = "$sum" ]; then
  echo "$to: the text is the same"
else
  echo "$to: the text is another one; there is no diff on this node to show in what"
fi
[ ! -e "$to" ] || ls -ld "$to"
`

const BEFORE = `refuse() { echo "$1. $to is as it was." >&2; exit 1; }
new=$to.ha-bot-new
trap 'rm -f "$new"' 0
umask 077
[ ! -h "$to" ] || refuse "$to is a symbolic link: name the file itself"
[ ! -e "$to" ] || [ -f "$to" ] || refuse "$to is not a file"
rm -f "$new" || refuse "$new cannot be removed"
`

/** That nothing was there is kept as well: only then may taking it back remove the file. */
const KEEP = `mkdir -p "\${kept%/*}" || refuse "\${kept%/*} could not be made"
if [ -f "$to" ]; then
  cp -p "$to" "$kept" || refuse "$kept could not be written"
  [ "$(cksum <"$to")" = "$(cksum <"$kept")" ] || refuse "$kept is not what $to is"
  echo "what was there before is kept as $kept"
else
  : >"$kept.absent" || refuse "$kept.absent could not be written"
fi
`

/** It begins as a copy of what is there, so that owner and mode stay where nothing else is said. */
const WRITE = `if [ -f "$to" ]; then cp -p "$to" "$new"; else : >"$new" && chmod 0644 "$new"; fi || refuse "$new could not be written"
`

const AFTER = `check() {
  [ "$(cksum <"$1")" = "$sum" ] || return 1
  command -v sha256sum >/dev/null 2>&1 || return 0
  found=$(sha256sum <"$1")
  [ "\${found%% *}" = "$sha256" ]
}
check "$new" || refuse "$new is not what was sent"
[ -z "$owner" ] || chown "$owner" "$new" || refuse "the owner of $new could not be set"
[ -z "$mode" ] || chmod "$mode" "$new" || refuse "the mode of $new could not be set"
mv -f "$new" "$to" || refuse "$new could not be put in its place"
check "$to" || { echo "$to was put in place, but what can be read there now is something else" >&2; exit 1; }
ls -ld "$to"
`

/** The difference as people read it. */
export const SHOW_SOURCE = 'diff -u "$to" - # held against the text of $from'

/**
 * Puts back what was kept; what was not there before is removed, and where neither was noted the copy had not come so far. It stands for
 * itself, so that somebody can type it.
 */
export function putBack(to: string, kept: string): string {
  const [file, fresh, old, absent] = [to, `${to}.ha-bot-new`, kept, `${kept}.absent`].map(sq)
  return `if [ -f ${absent} ]; then rm -f ${file}; else cp -p ${old} ${fresh} && mv -f ${fresh} ${file}; fi\n`
}

/** Where the text goes. A script that was sent without it would refuse its work: what is written then is not what `sum` says. */
const TEXT = '# the text of the file: read when its turn comes, held against its SHA-256, and kept in no plan\n'

/**
 * Writes beside the file, checks, and renames: at no moment is there half a file. The text itself is put in by `withText`.
 * The variables: `to`, `owner`, `mode`, `kept` (where what was there goes, "" for nowhere), `sum` (cksum), `sha256`.
 */
export function putScript(isKept: boolean): string {
  const empty = ': >"$new" || refuse "$new could not be written"'
  return `${BEFORE}${isKept ? KEEP : ''}${WRITE}${empty}\n${TEXT}${AFTER}`
}

/** The script that is carried out. Values are assigned at its beginning, so the last place that looks like it is the one. */
export function withText(script: string, text: string): string {
  const at = script.lastIndexOf(TEXT)
  if (at < 0) throw new Error('this script has no place for a text')
  return `${script.slice(0, at)}${hereDocument(text)}\n${script.slice(at + TEXT.length)}`
}

/** The same for people: what is written stands in the step before it, as a difference. */
export function putSource(from: string, text: string, also: { owner: string; mode: string; kept: string }): string {
  const lines = text.split('\n').length - (text.endsWith('\n') || text === '' ? 1 : 0)
  const named = Object.entries(also).flatMap(([name, value]) =>
    value === '' || name === 'kept' ? [] : [`${name} $${name}`],
  )
  const what = [`${lines} ${lines === 1 ? 'line' : 'lines'}`, `${Buffer.byteLength(text)} bytes`, ...named].join(', ')
  return [
    `# put ${from} at $to: ${what}`,
    ...(also.kept === '' ? [] : ['# what is there now is kept as $kept']),
    '# written beside it, held against $sum, and renamed',
  ].join('\n')
}

/** Whatever the text holds: quoted, nothing in it means anything to the shell, and the word that ends it is no line of it. */
function hereDocument(text: string): string {
  const end = text.lastIndexOf('\n') + 1
  const [whole, rest] = [text.slice(0, end), text.slice(end)]
  const lines = new Set(whole.split('\n'))
  let word = 'HA_BOT_END'
  for (let number = 2; lines.has(word); number++) word = `HA_BOT_END_${number}`
  return [
    ...(whole === '' ? [] : [`cat >>"$new" <<'${word}'\n${whole}${word}`]),
    // A here-document always ends its last line; a file need not.
    ...(rest === '' ? [] : [`printf %s ${sq(rest)} >>"$new"`]),
  ].join('\n')
}
