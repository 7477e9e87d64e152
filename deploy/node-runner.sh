#!/bin/sh
# The node side of ha-bot: carries each change out at most once, and tells what became of it. docs/node-runner.md has the protocol.
# Called as `sh <ledger>/runner-<hash> <verb> key=value ...`. POSIX sh and /proc; every function shares its variables, since `local` is not
# POSIX. Forks are what costs here, so records are one line each, read and written by the shell itself.
# shellcheck disable=SC2086,SC2046 # words of records, of answers and of $SH are split on purpose
# shellcheck disable=SC2034 # `read` has to name the fields that it skips
# shellcheck disable=SC2154 # read_words sets the variables a_*
# shellcheck disable=SC2015 # `a && b || c` is meant: c whenever one of both failed

LC_ALL=C
PATH="${PATH:+$PATH:}/usr/sbin:/sbin:/usr/local/sbin"
SH=${HA_RUNNER_SH:-/bin/sh}
BOOT_FILE=${HA_RUNNER_BOOT_ID_FILE:-/proc/sys/kernel/random/boot_id}
SYSTEMD=${HA_RUNNER_SYSTEMD_DIR:-/run/systemd/system}
SHA_OF_NOTHING=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855

main() {
  verb=${1:-}
  [ "$verb" != wrap ] || { shift; wrap "$@"; }
  [ $# -eq 0 ] || shift
  read_words "$@"
  case $verb in
    claim) need op sha sum epoch notafter run number step seq head wait ;;
    attach) need op out err wait ;;
    stop) need op grace ;;
    tombstone) need op ;;
    fence) need epoch ;;
    note) need run number seq head ;;
    list) ;;
    purge) need days ;;
    *) fail verb ;;
  esac
  op=$a_op won=0
  umask 077
  find_ledger
  read_boot
  # A profile may have left its last line open.
  echo
  "do_$verb"
  echo "ha1 end"
}

fail() {
  echo
  echo "ha1 error $1"
  echo "ha1 end"
  exit 2
}

# Words become a_<key>. Whatever is not plainly what it should be is refused.
read_words() {
  for key in op sha sum epoch notafter run number step seq head wait out err grace days; do eval "a_$key="; done
  for word; do
    key=${word%%=*} value=${word#*=}
    case $value in '' | *[!A-Za-z0-9._:-]*) fail value ;; esac
    case $key in
      op | run) case $value in [.-]* | *:*) fail name ;; esac ;;
      sha) case $value in *[!0-9a-f]*) fail sha ;; esac ;;
      sum) case $value in *[!0-9-]* | -* | *-) fail sum ;; esac ;;
      step | head) ;;
      epoch | notafter | number | seq | wait | out | err | grace | days)
        case $value in *[!0-9]* | 0?* | ????????????????*) fail number ;; esac ;;
      *) fail key ;;
    esac
    [ "$word" != "$key" ] && [ ${#value} -le 200 ] || fail value
    eval "a_$key=\$value"
  done
}

need() {
  for key; do
    eval "[ -n \"\$a_$key\" ]" || fail "missing-$key"
  done
}

# A relative ledger lies in a home, which several nodes may share: each has a folder of its own there.
find_ledger() {
  case $0 in */*) ledger=${0%/*} ;; *) fail ledger ;; esac
  me=$0 systemd=$SYSTEMD
  case $0 in
    /*) ;;
    *) ledger=$PWD/$ledger/$(uname -n) me=$PWD/$0 systemd=/dev/null ;;
  esac
  case $verb in
    # ops comes last, so that what a full disk kept from being made is made another time.
    claim | tombstone | fence | note)
      [ -d "$ledger/ops" ] || { mkdir -p "$ledger/new" "$ledger/epochs" "$ledger/notes" && mkdir -p "$ledger/ops"; }
      ;;
  esac
  # Where there is no ledger yet there is no record either; reading must not make one.
  case $verb in attach | stop | list | purge) [ -d "$ledger" ] || ledger=/proc ;; esac
  cd "$ledger" 2>/dev/null || fail ledger
}

read_boot() {
  boot=
  [ -r "$BOOT_FILE" ] && read -r boot rest <"$BOOT_FILE"
  boot=${boot:--}
}

# --- processes -----------------------------------------------------------------------------------------------------------------------------

# What /proc says of a process; false when there is none. Its name may hold blanks, brackets and line ends.
stat_of() {
  p_line=
  [ -r "/proc/$1/stat" ] || return 1
  { while read -r p_part; do p_line="$p_line $p_part"; done <"/proc/$1/stat"; } 2>/dev/null
  set -- ${p_line##*")"}
  [ $# -ge 20 ] || return 1
  p_state=$1 p_parent=$2 p_group=$3 p_session=$4 p_start=${20}
}

# pid, start time, boot: a pid alone may be somebody else's by now.
alive() {
  [ "$3" = "$boot" ] && stat_of "$1" && [ "$p_start" = "$2" ] || return 1
  case $p_state in Z | X | x) return 1 ;; esac
}

# Whether one of those who wrote these records is still there.
any_alive() {
  for file; do
    [ -f "$file" ] || continue
    w_boot=''
    { read -r version w_pid w_start w_boot rest <"$file"; } 2>/dev/null
    [ -n "$w_boot" ] && [ "$w_pid" != "$past" ] && alive "$w_pid" "$w_start" "$w_boot" && return 0
  done
  return 1
}

# Hundredths of a second since some moment, without a fork; kept small for shells that count in 32 bits.
tick() {
  t=0.00
  [ -r /proc/uptime ] && read -r t rest </proc/uptime
  t=$((${t%.*} % 1000000 * 100 + 1${t#*.} - 100))
}

passed() { # since $1 -> hundredths of a second
  tick
  p_ticks=$((t - $1))
  [ "$p_ticks" -ge 0 ] || p_ticks=$((p_ticks + 100000000))
}

# Asks `date`, and for ten seconds counts on from what it said; a deadline is held against the first answer, which is never counted on. Once
# more when it was killed: a record without its time would count as damaged.
tell_time() {
  passed "$told_at"
  [ -z "$told" ] || [ "$t" -eq 0 ] || [ "$p_ticks" -ge 1000 ] || { now=$((told + p_ticks / 100)); return; }
  told_at=$t
  told=$(date +%s) && [ -n "$told" ] || told=$(date +%s)
  now=$told
}

# Sleeps so many milliseconds, at least 10 and at most 250. Where sleep knows no fractions it is a second.
nap() {
  n_ms=$1
  [ "$n_ms" -ge 10 ] || n_ms=10
  [ "$n_ms" -le 250 ] || n_ms=250
  n_ms=$((1000 + n_ms))
  sleep "0.${n_ms#1}" 2>/dev/null || sleep 1
}

# Sleeps until the command $2... says yes; false after $1 hundredths of a second.
wait_until() {
  w_limit=$1
  shift
  tick
  w_began=$t
  until "$@"; do
    passed "$w_began"
    [ "$p_ticks" -lt "$w_limit" ] || return 1
    # Looking may cost much, as at all of /proc: rarer soon.
    nap $((p_ticks * 4))
  done
}

# --- records -------------------------------------------------------------------------------------------------------------------------------

# new/<op>@<pid>, then ops/<op>/claim: who claims it, for what; a second line says why it was refused. It is padded, so that this line can be
# written on a full disk.
announce() {
  stat_of $$
  tell_time
  record="1 $$ $p_start $boot $now ${a_epoch:--} ${a_sha:--} ${a_sum:--} ${a_notafter:--} ${a_run:--} ${a_number:--} ${a_step:--} ${a_seq:--} ${a_head:--} ok"
  mine=new/$op@$$
  preallocate "$mine" "$record"
}

# A file with room for what will be written over it; false when there is none. Not every shell reports a failed write, so it is read back.
preallocate() {
  f_last=
  { echo "$2" && echo "$pad" && echo full; } >"$1" 2>/dev/null
  { read -r f_first && read -r f_line && read -r f_pad && read -r f_last; } <"$1" 2>/dev/null
  [ "$f_last" = full ]
}

# Makes empty files. Not with `:`, which ends the shell when it cannot.
make() {
  for file; do
    { true >"$file"; } 2>/dev/null
    [ -f "$file" ] || return 1
  done
}

# The right to say how an operation goes on. Where no further file can be made, a spare one makes room for it.
take_launched() {
  mkdir "$d/launched" 2>/dev/null && return 0
  [ ! -d "$d/launched" ] || return 1
  rm -f "$d/spare.1"
  mkdir "$d/launched" 2>/dev/null
}

# Overwrites the beginning of a preallocated file in place: that needs no room on the disk.
overwrite() { # file, text
  { echo "$2" 1<>"$1"; } 2>/dev/null
}

# Who makes ops/<op>/launched says how it ends, and nobody else: it may have been given up or stopped meanwhile.
refuse() { # state, why
  take_launched || [ ! -d "$d/launched" ] || return 0
  overwrite "$d/claim" "$record
$1 $2 $now ok"
}

read_claim() {
  c_ok='' r_ok=''
  [ -f "$d/claim" ] || return 1
  {
    read -r version c_pid c_start c_boot claimed epoch c_sha c_sum c_notafter run number step c_seq c_head c_ok rest &&
      read -r r_state r_why r_ended r_ok rest
  } <"$d/claim" 2>/dev/null
  [ "$c_ok" = ok ] || no_claim
}

# Of a damaged record nothing is told.
no_claim() {
  c_boot=- claimed=- epoch=- c_sha=- c_notafter=- run=- number=- step=-
  return 1
}

read_started() {
  s_ok=
  [ -f "$d/started" ] && { read -r version pid s_start s_boot started launcher lead s_ok rest <"$d/started"; } 2>/dev/null
  [ "$s_ok" = ok ] || no_start
}

no_start() {
  pid=- s_start=- s_boot=- started=- launcher=- lead=-
  return 1
}

read_result() { # file
  e_ok=
  [ -f "$1" ] && { read -r version e_state e_rc e_sig e_why e_ended e_out e_err e_outsha e_errsha e_ok rest <"$1"; } 2>/dev/null
  [ "$e_ok" = ok ]
}

# The end of an operation: written in place, then given its name, by whoever made ops/<op>/launched.
finish() { # state rc sig why outsize errsize outsha errsha
  tell_time
  f_text="1 $1 $2 $3 $4 $now $5 $6 $7 $8 ok" f_file=$d/result.new
  # The claimer may be making result.new just now.
  case $1 in tombstoned) f_file=$d/end.$$ ;; esac
  overwrite "$f_file" "$f_text"
  read_result "$f_file" || { f_file=$d/result.new; overwrite "$f_file" "$f_text"; }
  for try in 1 2 3; do
    mv -f "$f_file" "$d/result" 2>/dev/null
    [ ! -f "$d/result" ] || break
  done
  # Nobody has to wait for this: after a loss of power a record is either whole or told from a whole one.
  sync_files "$d/result" "$d"
}

sync_files() { sync "$@" 2>/dev/null || sync; }

# --- what became of an operation -------------------------------------------------------------------------------------------------------------

look() {
  d=ops/$op
  until glance; do :; done
}

# False when something changed meanwhile, so that it must be looked at again.
glance() {
  state=absent rc=- sig=- why=- ended=- outsize=- errsize=- outsha=- errsha=- has_claim='' r_ok=''
  no_claim || no_start || [ -d "$d" ] || return 0
  ! read_claim || has_claim=1
  read_started || :
  if read_result "$d/result"; then
    state=$e_state rc=$e_rc sig=$e_sig why=$e_why ended=$e_ended outsize=$e_out errsize=$e_err outsha=$e_outsha errsha=$e_errsha
  elif [ "$r_ok" = ok ]; then
    state=$r_state why=$r_why ended=$r_ended
  elif [ "$s_ok" = ok ]; then
    glance_started
  else
    glance_claimed
  fi
}

glance_started() {
  state=running
  alive "$pid" "$s_start" "$s_boot" && return 0
  ! read_result "$d/result" || return 1
  # It wrote its exit and was killed before that got its name.
  read_result "$d/result.new" && mv -f "$d/result.new" "$d/result" 2>/dev/null && return 1
  ! read_result "$d/result" || return 1
  state=interrupted
  [ "$s_boot" = "$boot" ] || { why=reboot; return 0; }
  sure=
  find_members
  [ -z "$found" ] || why=left
}

# Claimed and not started. Files go from new/ to claim, from w.<pid> to started: looked at in this order, nobody is missed. When nobody is
# left who could start it, whoever sees that takes the start away for good, so that the answer stays true.
glance_claimed() {
  state=claimed taken=
  [ ! -d "$d/launched" ] || taken=1
  any_alive "new/$op"@* "$d/claim" "$d"/w.* && return 0
  ! read_started && ! read_result "$d/result" || return 1
  [ -n "$has_claim" ] || ! read_claim || return 1
  # Before a restart it may have run: its last records need not have reached the disk.
  [ -z "$has_claim" ] || [ "$c_boot" = "$boot" ] || { state=interrupted why=reboot; return 0; }
  [ -n "$has_claim" ] || [ -z "$taken" ] || [ ! -f "$d/claim" ] || { state=interrupted why=damaged; return 0; }
  [ -z "$taken" ] || { state=tombstoned why=abandoned; return 0; }
  take_launched && { finish tombstoned - - abandoned 0 0 - -; return 1; }
  [ -d "$d/launched" ] && return 1
  # Neither a record nor room for one: the process that could have started it is gone all the same.
  state=tombstoned why=abandoned
}

is_over() { case $state in claimed | running) return 1 ;; esac; }

# The sizes of both streams now, unless the result has them.
measure() {
  [ "$outsize" = - ] || return 0
  outsize=0 errsize=0
  [ -s "$d/out" ] || [ -s "$d/err" ] || return 0
  set -- $(wc -c "$d/out" "$d/err" 2>/dev/null)
  outsize=${1:-0} errsize=${3:-0}
}

say() { # keyword, further words
  echo "ha1 $1 op=$op state=$state won=$won rc=$rc sig=$sig why=$why epoch=$epoch claimed=$claimed started=$started ended=$ended pid=$pid" \
    "launcher=$launcher out=$outsize err=$errsize outsha=$outsha errsha=$errsha now=$now$2"
}

say_state() {
  measure
  tell_time
  say state ''
}

# --- output --------------------------------------------------------------------------------------------------------------------------------

# Exactly so many bytes, from where the open file stands. What dd reads from a descriptor moves it on, for the next one too.
piece() { # descriptor, bytes
  [ "$2" -lt 65536 ] || dd bs=65536 count=$(($2 / 65536)) <&"$1" 2>/dev/null
  [ $(($2 % 65536)) -eq 0 ] || dd bs=$(($2 % 65536)) count=1 <&"$1" 2>/dev/null
}

# In frames of at most 1 MiB: $1 out|err, $2 descriptor, $3 from, $4 to. -> p_at
pump() {
  p_at=$3
  while [ "$p_at" -lt "$4" ]; do
    p_size=$(($4 - p_at))
    [ "$p_size" -le 1048576 ] || p_size=1048576
    echo "ha1 data $1 $p_at $p_size"
    piece "$2" "$p_size"
    echo
    p_at=$((p_at + p_size))
  done
}

# Opens both streams where the client wants to go on.
open_streams() {
  [ -z "$opened" ] && [ -r "$d/out" ] && [ -r "$d/err" ] || return 0
  opened=1
  exec 3<"$d/out" 4<"$d/err"
  [ "$a_out" -eq 0 ] || dd bs=1 skip="$a_out" count=0 <&3 >/dev/null 2>&1
  [ "$a_err" -eq 0 ] || dd bs=1 skip="$a_err" count=0 <&4 >/dev/null 2>&1
}

# Prints what is new until it is over and everything is printed, or the time is up.
follow() {
  opened='' a_out=${a_out:-0} a_err=${a_err:-0}
  tick
  f_began=$t
  while :; do
    look
    measure
    f_before=$a_out-$a_err
    if [ "$outsize" -gt "$a_out" ] || [ "$errsize" -gt "$a_err" ]; then
      open_streams
      [ -z "$opened" ] || { pump out 3 "$a_out" "$outsize"; a_out=$p_at; pump err 4 "$a_err" "$errsize"; a_err=$p_at; }
    fi
    ! is_over || break
    passed "$f_began"
    # What we started has said who it is by now, also on a full disk: we ourselves start nothing any more.
    [ "$p_ticks" -lt 500 ] || past=$$
    [ $((p_ticks * 10)) -lt "$a_wait" ] || break
    # What has just written mostly goes on, or ends. Else a tenth of the time that it took until now: so much later is its end seen.
    if [ "$f_before" != "$a_out-$a_err" ]; then nap 10; else nap "$p_ticks"; fi
  done
  say_state
}

# SHA-256 of standard input, "-" where nothing can make it.
sha256() {
  if command -v sha256sum >/dev/null 2>&1; then
    set -- $(sha256sum)
  elif command -v shasum >/dev/null 2>&1; then
    set -- $(shasum -a 256)
  elif command -v openssl >/dev/null 2>&1; then
    set -- $(openssl dgst -sha256)
    [ $# -le 1 ] || shift $(($# - 1))
  fi
  case ${1:-} in *[!0-9a-f]*) echo - ;; ????????????????????????????????????????????????????????????????) echo "$1" ;; *) echo - ;; esac
}

# --- claim ---------------------------------------------------------------------------------------------------------------------------------

do_attach() { follow; }

do_claim() {
  d=ops/$op a_out=0 a_err=0
  if [ ! -d "$d" ]; then
    # Whoever called may go away; the claim is either not made or brought to its launch.
    trap : HUP INT TERM
    take && launch
    trap - HUP INT TERM
    [ ! -f "$mine" ] || rm -f "$mine"
    [ -z "$unrecorded" ] || { state_of_nothing; return; }
  fi
  follow
}

# The disk took no record: nothing is claimed, and nothing was run.
state_of_nothing() {
  look
  [ "$state" != absent ] || why=space
  say_state
}

# True for the one who may launch it. The claim comes before the checks: a new owner raises the epoch first and lists then, so one of both sees
# the other.
take() {
  announce || { unrecorded=1; return 1; }
  mkdir "$d" 2>/dev/null || { [ -d "$d" ] || unrecorded=1; return 1; }
  mv -f "$mine" "$d/claim" 2>/dev/null || { rmdir "$d"; unrecorded=1; return 1; }
  won=1
  preallocate "$d/result.new" - && make "$d/out" "$d/err" "$d/spare.1" "$d/spare.2" || { refuse refused space; return 1; }
  raise "$a_epoch"
  [ "$highest" -le "$a_epoch" ] || { refuse fenced -; return 1; }
  [ "$highest" -eq "$a_epoch" ] || { refuse refused space; return 1; }
  [ "$now" -le "$a_notafter" ] || { refuse late -; return 1; }
  is_bundle || { refuse refused bundle; return 1; }
  sync_files "$d/claim" "$d" ops
}

is_bundle() {
  [ -r "bundles/b-$a_sha" ] || return 1
  b_sha=$(sha256 <"bundles/b-$a_sha")
  [ "$b_sha" = - ] || { [ "$b_sha" = "$a_sha" ]; return; }
  set -- $(cksum <"bundles/b-$a_sha")
  [ "$1-$2" = "$a_sum" ]
}

# Epochs are directories, since making one is all or nothing and needs no lock. -> highest
raise() {
  highest=0
  for f_epoch in epochs/*; do
    f_epoch=${f_epoch#epochs/}
    case $f_epoch in *[!0-9]*) continue ;; esac
    [ "$f_epoch" -le "$highest" ] || highest=$f_epoch
  done
  [ "$highest" -lt "$1" ] || return 0
  mkdir "epochs/$1" 2>/dev/null || [ -d "epochs/$1" ] || return 0
  highest=$1
  sync_files epochs
}

# A launcher may fail after it has started something: who makes ops/<op>/launched runs it, so a second one does no harm. Nobody leaves before
# it was made: a claimed operation without anybody counts as given up.
launch() {
  for launcher in systemd setsid nohup; do
    [ ! -d "$d/launched" ] || return 0
    "by_$launcher" && wait_until 1000 test -d "$d/launched" && return
  done
  take_launched && finish refused - - launch 0 0 - -
}

# KillMode=process: what the change leaves running in the background stays, as it does under setsid.
by_systemd() {
  [ -d "$systemd" ] && command -v systemd-run >/dev/null 2>&1 && [ "$(id -u)" -eq 0 ] || return 1
  systemd-run --unit="ha-bot-$op" -p KillMode=process -p IgnoreSIGPIPE=no --setenv=PATH="$PATH" --setenv=HOME="${HOME:-/}" \
    $SH "$me" wrap "$ledger" "$op" systemd "$SH" "$BOOT_FILE" </dev/null >/dev/null 2>&1
}

# The inner setsid leads a group already, therefore forks and returns at once. A shell's own `&` would have it ignore INT for good.
by_setsid() {
  command -v setsid >/dev/null 2>&1 || return 1
  setsid setsid $SH "$me" wrap "$ledger" "$op" setsid "$SH" "$BOOT_FILE" </dev/null >/dev/null 2>&1
}

by_nohup() {
  (
    set -m
    nohup $SH "$me" wrap "$ledger" "$op" nohup "$SH" "$BOOT_FILE" </dev/null >/dev/null 2>&1 &
  ) 2>/dev/null
}

# --- the process that carries it out -----------------------------------------------------------------------------------------------------------

wrap() { # ledger, operation, launcher, shell, file of the boot id
  op=$2 d=ops/$2 launcher=$3 SH=$4 BOOT_FILE=$5
  umask 077
  cd "$1" && read_boot && stat_of $$ || exit 1
  exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
  lead=-
  [ "$p_group" != $$ ] || lead=$$
  tell_time
  make "$d/w.$$" || { rm -f "$d/spare.2"; make "$d/w.$$"; }
  { echo "1 $$ $p_start $boot $now $launcher $lead ok" >"$d/w.$$"; } 2>/dev/null
  mkdir "$d/launched" 2>/dev/null || { rm -f "$d/w.$$"; exit 0; }
  mv -f "$d/w.$$" "$d/started" 2>/dev/null
  read_started && read_claim || { finish refused - - space 0 0 - -; exit 0; }
  # It may have stood still since the claim.
  raise 0
  [ "$highest" -le "$epoch" ] || { finish fenced - - - 0 0 - -; exit 0; }
  [ "$now" -le "$c_notafter" ] || { finish late - - - 0 0 - -; exit 0; }
  trap : TERM HUP INT
  run_bundle
  # What follows is not to be ended half-way by whoever ends the change.
  trap '' TERM HUP INT
  make "$d/ended"
  conclude
  exit 0
}

run_bundle() {
  (
    bundle=$PWD/bundles/b-$c_sha
    HA_BOT_OPERATION=$op
    export HA_BOT_OPERATION
    unset HA_RUNNER_SH HA_RUNNER_BOOT_ID_FILE HA_RUNNER_SYSTEMD_DIR
    umask 022
    cd "${HOME:-/}" 2>/dev/null || cd /
    exec $SH "$bundle"
  ) </dev/null >>"$d/out" 2>>"$d/err"
  rc=$?
}

# Shells tell the end by a signal as 128 + its number; ksh93 as 256 + it.
conclude() {
  sig=-
  [ "$rc" -le 256 ] || rc=$((rc - 128))
  case $rc in
    129) sig=HUP ;; 130) sig=INT ;; 131) sig=QUIT ;; 132) sig=ILL ;; 133) sig=TRAP ;; 134) sig=ABRT ;; 135) sig=BUS ;; 136) sig=FPE ;;
    137) sig=KILL ;; 138) sig=USR1 ;; 139) sig=SEGV ;; 140) sig=USR2 ;; 141) sig=PIPE ;; 142) sig=ALRM ;; 143) sig=TERM ;;
    152) sig=XCPU ;; 153) sig=XFSZ ;; 159) sig=SYS ;;
  esac
  # Something that it left in the background may still be writing: the hash is that of the length that is recorded.
  outsize=-
  measure
  outsha=$SHA_OF_NOTHING errsha=$SHA_OF_NOTHING
  [ ! -r "$d/out" ] || [ ! -r "$d/err" ] || exec 3<"$d/out" 4<"$d/err"
  [ "$outsize" -eq 0 ] || outsha=$(piece 3 "$outsize" | sha256)
  [ "$errsize" -eq 0 ] || errsha=$(piece 4 "$errsize" | sha256)
  finish 'done' "$rc" "$sig" - "$outsize" "$errsize" "$outsha" "$errsha"
}

# --- stop and tombstone ------------------------------------------------------------------------------------------------------------------------

do_stop() {
  look
  [ "$state" != claimed ] || prevent
  sure=
  case $state-$why in
    absent-*) stopped='absent -' ;;
    running-* | interrupted-left) end_group ;;
    done-*) [ ! -d "$d/stopping" ] && stopped='gone before' || end_group ;;
    tombstoned-stopped) stopped='gone unstarted' ;;
    claimed-*) stopped='alive claimed' ;;
    *) stopped='gone before' ;;
  esac
  echo "ha1 stop $stopped"
  look
  say_state
}

# Takes the start away from a claimed operation, or waits until it has started.
prevent() {
  if take_launched; then finish tombstoned - - stopped 0 0 - -; fi
  wait_until 300 is_settled || :
}

is_settled() {
  look
  [ "$state" != claimed ]
}

# The living of its group and session -> found; without its own first process -> others. `sure`: found while that one was there, so the
# group's number cannot have become somebody else's since.
find_members() {
  found='' others='' apart=''
  if stat_of "$pid"; then
    [ "$p_start" = "$s_start" ] || return 0
    sure=1
  fi
  for file in /proc/[0-9]*; do
    member=${file#/proc/}
    stat_of "$member" && is_member || continue
    found="$found $member"
    # Once the script has ended, what its first process still does is to write that down.
    [ "$member" = "$pid" ] || { [ "$p_parent" = "$pid" ] && [ -f "$d/ended" ]; } || others="$others $member"
    [ "$p_group" = "$lead" ] || apart="$apart $member"
  done
}

is_member() {
  case $p_state in Z | X | x) return 1 ;; esac
  [ "$member" != "$pid" ] || return 0
  [ "$lead" != - ] || { is_marked; return; }
  [ "$p_group" = "$lead" ] || [ "$p_session" = "$lead" ] || return 1
  [ -n "$sure" ] || is_marked
}

is_marked() {
  { tr '\0' '\n' <"/proc/$member/environ" | grep -qxF "HA_BOT_OPERATION=$op"; } 2>/dev/null
}

are_gone() { find_members; [ -z "$found" ]; }
others_are_killed() {
  find_members
  [ -n "$others" ] || return 0
  kill -s KILL $others 2>/dev/null
  return 1
}
all_are_killed() {
  find_members
  [ -n "$found" ] || return 0
  kill -s KILL $found 2>/dev/null
  return 1
}

# Asked first, then killed; its own first process last, so that it still records the exit.
end_group() {
  mkdir "$d/stopping" 2>/dev/null
  stopped='gone before'
  ! are_gone || return 0
  if [ "$lead" != - ]; then kill -s TERM -- "-$lead" 2>/dev/null; else apart=$others; fi
  [ -z "$apart" ] || kill -s TERM $apart 2>/dev/null
  stopped='gone ended'
  ! wait_until $((a_grace / 10)) are_gone || return 0
  stopped='gone killed'
  wait_until 100 others_are_killed
  ! wait_until 150 are_gone || return 0
  ! wait_until 100 all_are_killed || return 0
  stopped='alive left'
}

do_tombstone() {
  d=ops/$op
  if [ ! -d "$d" ]; then
    announce && refuse_in "$mine" && mkdir "$d" 2>/dev/null && mv -f "$mine" "$d/claim" && won=1 && sync_files "$d/claim" "$d" ops
    rm -f "$mine"
    [ -d "$d" ] || { state_of_nothing; return; }
  fi
  look
  say_state
}

refuse_in() {
  overwrite "$1" "$record
tombstoned - $now ok"
}

# --- the node as a whole -------------------------------------------------------------------------------------------------------------------------

do_fence() {
  raise "$a_epoch"
  [ "$highest" -ge "$a_epoch" ] || { echo "ha1 error space"; return; }
  for f_epoch in epochs/*; do
    [ "${f_epoch#epochs/}" -ge "$highest" ] || rmdir "$f_epoch" 2>/dev/null
  done
  echo "ha1 fence $highest"
}

# A witness remembers the furthest that a run has been.
do_note() {
  n_seq=-1
  [ -f "notes/$a_run" ] && read -r version n_number n_seq n_head n_ok rest <"notes/$a_run"
  if [ "${n_ok:-}" != ok ] || [ "$n_seq" -le "$a_seq" ]; then
    { echo "1 $a_number $a_seq $a_head ok" >"notes/.$$" && mv -f "notes/.$$" "notes/$a_run"; } 2>/dev/null
    n_ok=''
    [ -f "notes/$a_run" ] && read -r version n_number n_seq n_head n_ok rest <"notes/$a_run"
    [ "$n_ok" = ok ] && [ "$n_seq" -ge "$a_seq" ] || { echo "ha1 error space"; return; }
  fi
  echo "ha1 noted"
}

do_list() {
  tell_time
  for entry in ops/*; do
    [ -d "$entry" ] || continue
    op=${entry#ops/}
    look
    [ "$state" = absent ] || say op " run=$run number=$number step=$step"
  done
  raise 0
  echo "ha1 fence $highest"
  for entry in notes/*; do
    [ -f "$entry" ] || continue
    n_ok=
    read -r version n_number n_seq n_head n_ok rest <"$entry"
    [ "$n_ok" != ok ] || echo "ha1 run run=${entry#notes/} number=$n_number seq=$n_seq head=$n_head"
  done
}

# An entry goes only when its deadline is so long over that no request for it can be under way; a request that still comes is late.
do_purge() {
  [ "$a_days" -ge 1 ] || a_days=1
  tell_time
  purged=0 kept=' ' limit=$((now - a_days * 86400))
  for entry in ops/*; do
    [ -d "$entry" ] || continue
    op=${entry#ops/}
    look
    is_old && { mv "$entry" "new/old@$$" && rm -rf "new/old@$$" && purged=$((purged + 1)); continue; }
    [ ! -d "$entry" ] || kept="$kept${c_sha:--} "
  done
  purge_files
  echo "ha1 purged $purged"
}

is_old() {
  is_over && [ "$why" != left ] || return 1
  when=$c_notafter
  [ "$when" != - ] || when=$ended
  [ "$when" != - ] && [ "$when" -lt "$limit" ]
}

# Bundles that no entry names, witnesses, other runners, and what was left by those who died on the way.
purge_files() {
  [ -d ops ] || return 0
  for entry in $(cd bundles 2>/dev/null && find . -type f -name 'b-*' -mtime "+$a_days"); do
    case $kept in *" ${entry#./b-} "*) ;; *) rm -f "bundles/$entry" ;; esac
  done
  for entry in new/*@*; do
    any_alive "$entry" || rm -rf "$entry"
  done
  find notes -type f -mtime "+$a_days" -exec rm -f {} \;
  find . "${me%/*}" \( -name 'put-*' -o -name 'runner-*' ! -name "${me##*/}" \) -type f -mtime "+$a_days" -exec rm -f {} \;
}

# 256 bytes: more than any end, so that every overwriting stays within what is allocated. The first line is short, since most shells read
# byte by byte.
pad=----------------------------------------------------------------
pad="-
$pad$pad$pad$pad"
mine='' unrecorded='' found='' past='' told='' told_at=0
main "$@"
