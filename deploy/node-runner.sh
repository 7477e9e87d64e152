#!/bin/sh
# Carries out operations on this node: each at most once, whatever becomes of whoever asked for it. docs/node-runner.md has the protocol.
#
# An operation is a folder ops/<op>:
#   claim      linked in place, once ever: who claimed it, when, for whom. link(2) is atomic, and its content is there with it
#   w<pid>/    what the claimer made ready before it claimed: out, err, result, void. After the claim nothing needs new space
#   started    linked in place, once ever: the process that carries it out, or "void": it never began and never will
#   result     moved in place: how it ended
# No `local`, no arrays, no `[[`: dash, bash, ksh, mksh and busybox sh read this alike.

set -u
umask 077
LC_ALL=C
PATH="${PATH:+$PATH:}/usr/sbin:/sbin:/usr/local/sbin"
export LC_ALL PATH

SH=${HA_RUNNER_SH:-/bin/sh}
BOOT_ID_FILE=${HA_RUNNER_BOOT_ID_FILE:-/proc/sys/kernel/random/boot_id}
SYSTEMD_FOLDER=${HA_RUNNER_SYSTEMD_FOLDER:-/run/systemd/system}
EMPTY=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855

say() { printf 'ha1 %s\n' "$*" || exit 1; }

fail() {
  printf '\nha1 error %s\nha1 end\n' "$1"
  exit 2
}

# --- what was asked for ------------------------------------------------------------------------------------------------------------------

verb=${1-}
[ $# -gt 0 ] && shift
op='' sha='' sum='' epoch='' notafter='' run=- number=0 step=- seq=0 head=- wait=0 out=0 err=0 grace=5000 days=30 launcher=- ledger=''
for word in "$@"; do
  value=${word#*=}
  case $word in ledger=*) ;; *) case $value in '' | *[!A-Za-z0-9._:-]*) fail argument ;; esac ;; esac
  case ${word%%=*} in
    op) case $value in .* | -*) fail argument ;; esac; op=$value ;;
    run) case $value in .*) fail argument ;; esac; run=$value ;;
    sha) sha=$value ;;
    sum) sum=$value ;;
    step) step=$value ;;
    head) head=$value ;;
    launcher) launcher=$value ;;
    ledger) [ "$verb" = run ] || fail argument; ledger=$value ;;
    epoch | notafter | number | seq | wait | out | err | grace | days)
      case $value in *[!0-9]* | ????????????????*) fail argument ;; esac
      # The name is one of those above and the value has digits only.
      eval "${word%%=*}=$value"
      ;;
    *) fail argument ;;
  esac
done

# --- where -------------------------------------------------------------------------------------------------------------------------------

self=$0
case $self in /*) ;; *) self=$PWD/$self ;; esac
if [ -z "$ledger" ]; then
  ledger=${self%/*}
  # A folder below the login's home may be shared by several nodes.
  case $0 in /*) ;; *) ledger=$ledger/$(uname -n) ;; esac
fi
if ! { [ -d "$ledger/ops" ] && [ -d "$ledger/fence" ] && [ -d "$ledger/runs" ]; }; then
  mkdir -p "$ledger/ops" "$ledger/fence" "$ledger/runs" 2>/dev/null
fi
here=$ledger/ops/$op

boot=-
{ read -r boot <"$BOOT_ID_FILE"; } 2>/dev/null || boot=-

# --- processes ---------------------------------------------------------------------------------------------------------------------------

# Sets p_state, p_group, p_session and p_start of process $1; false if there is none, or only its remains.
look_at() {
  p_line=''
  { read -r p_line <"/proc/$1/stat"; } 2>/dev/null || [ -n "$p_line" ] || return 1
  # The name in parentheses may hold anything; the fields behind it do not.
  # shellcheck disable=SC2086
  split_stat ${p_line##*\) }
}
split_stat() {
  [ $# -ge 20 ] || return 1
  p_state=$1 p_group=$3 p_session=$4
  shift 19
  p_start=$1
  case $p_state in Z | X) return 1 ;; esac
}

# Whether process $1 is alive and the one that began at $2 of boot $3: a number may have been given to somebody else meanwhile.
is_alive() {
  [ "$3" = "$boot" ] || return 1
  look_at "$1" || return 1
  [ "$p_start" = "$2" ]
}

# Sets members to what is alive of the group or session of process $1.
find_members() {
  members=''
  for p_folder in /proc/[0-9]*; do
    look_at "${p_folder#/proc/}" || continue
    if [ "$p_group" = "$1" ] || [ "$p_session" = "$1" ]; then members="$members ${p_folder#/proc/}"; fi
  done
}

fractions=yes
nap() {
  if [ $fractions = yes ]; then
    sleep "$1" 2>/dev/null && return
    fractions=no
  fi
  sleep 1
}

# Sets pause (for sleep) and passed (ms so far) for the next look: 10 ms, doubled up to 250.
first_pause() { pause_ms=10 passed=0; }
take_pause() {
  if [ $fractions = yes ]; then passed=$((passed + pause_ms)); else passed=$((passed + 1000)); fi
  if [ $pause_ms -lt 100 ]; then nap "0.0$pause_ms"; else nap "0.$pause_ms"; fi
  pause_ms=$((pause_ms * 2))
  [ $pause_ms -le 250 ] || pause_ms=250
}

# --- what the ledger says of an operation --------------------------------------------------------------------------------------------------

size_of() {
  size=0
  [ -s "$1" ] || return 0
  size=$(wc -c <"$1") || size=0
  size=$((size))
}

hash_of() {
  hash=$EMPTY
  [ -s "$1" ] || return 0
  hash=$({ sha256sum <"$1" || shasum -a 256 <"$1" || openssl dgst -sha256 -r <"$1"; } 2>/dev/null) || hash=-
  hash=${hash%% *}
  [ -n "$hash" ] || hash=-
}

# shellcheck disable=SC2034
read_claim() {
  kind='' c_epoch=- c_sha=- c_notafter=0 c_run=- c_number=0 c_step=- c_seq=0 c_head=- c_boot=- c_pid=- c_start=- c_at=- work=-
  { read -r kind c_epoch c_sha c_notafter c_run c_number c_step c_seq c_head c_boot c_pid c_start c_at work <"$here/claim"; } 2>/dev/null || return 1
  work=$here/$work
}

read_started() {
  s_kind='' s_pid=- s_start=- s_boot=- s_at=- s_launcher=-
  { read -r s_kind s_pid s_start s_boot s_at s_launcher <"$here/started"; } 2>/dev/null
}

# shellcheck disable=SC2034
read_result() {
  r_state='' r_rc=- r_sig=- r_why=- r_at=- r_out=- r_err=- r_outsha=- r_errsha=-
  { read -r r_state r_rc r_sig r_why r_at r_out r_err r_outsha r_errsha <"$here/result"; } 2>/dev/null || [ -n "$r_state" ]
}

# Sets state, why and all c_, s_, r_ fields. What was claimed and cannot begin any more is closed for good while looking.
find_state() {
  state=absent why=-
  read_started || :
  read_result || :
  read_claim || return 0
  if [ "$kind" = tombstone ]; then state=tombstoned; return 0; fi
  if [ -n "$r_state" ]; then state=$r_state why=$r_why; return 0; fi
  case $s_kind in
    void) state=tombstoned why=unstarted ;;
    started)
      state=running
      is_alive "$s_pid" "$s_start" "$s_boot" && return 0
      # It may have ended between the two looks.
      state=interrupted
      if read_result; then state=$r_state why=$r_why; fi
      ;;
    *)
      state=claimed
      is_alive "$c_pid" "$c_start" "$c_boot" && return 0
      if ln "$work/void" "$here/started" 2>/dev/null; then
        s_kind=void state=tombstoned why=unstarted
      elif read_started; then
        find_state
      fi
      ;;
  esac
}

is_over() {
  case $state in absent | claimed | running) return 1 ;; *) return 0 ;; esac
}

won=0
state_line() {
  size_of "$work/out" && o_size=$size
  size_of "$work/err" && e_size=$size
  now=$(date +%s)
  echo "op=$op state=$state won=$won rc=$r_rc sig=$r_sig why=$why epoch=$c_epoch claimed=$c_at started=$s_at ended=$r_at pid=$s_pid launcher=$s_launcher out=$o_size err=$e_size outsha=$r_outsha errsha=$r_errsha now=$now"
}

say_state() { say "state $(state_line)"; }

# --- follow --------------------------------------------------------------------------------------------------------------------------------

MOST=33554432

# At most $2 bytes of standard input.
first_bytes() {
  head -c "$1" 2>/dev/null || dd bs=1 count="$1" 2>/dev/null
}

# Sends what stream $1 has behind offset $2; sets sent to the new offset.
send() {
  sent=$2
  size_of "$work/$1"
  while [ "$size" -gt "$sent" ]; do
    length=$((size - sent))
    [ $length -le $MOST ] || length=$MOST
    say "data $1 $sent $length"
    tail -c "+$((sent + 1))" "$work/$1" 2>/dev/null | first_bytes $length || exit 1
    printf '\n' || exit 1
    sent=$((sent + length))
  done
}

follow() {
  first_pause
  while :; do
    find_state
    if [ "$state" != absent ] && [ -d "$work" ]; then
      send out "$out"
      out=$sent
      send err "$err"
      err=$sent
    fi
    if is_over || [ "$state" = absent ] || [ "$passed" -ge "$wait" ]; then break; fi
    take_pause
  done
  say_state
  say end
}

# --- claim ---------------------------------------------------------------------------------------------------------------------------------

find_fence() {
  fence=0
  for f_folder in "$ledger"/fence/[0-9]*; do
    [ -d "$f_folder" ] || continue
    f_epoch=${f_folder##*/}
    [ "$f_epoch" -gt "$fence" ] && fence=$f_epoch
  done
  return 0
}

# Only lower epochs are ever removed, and only behind a higher one.
raise_fence() {
  find_fence
  [ "$1" -gt "$fence" ] || return 0
  mkdir "$ledger/fence/$1" 2>/dev/null || [ -d "$ledger/fence/$1" ] || return 1
  for f_folder in "$ledger"/fence/[0-9]*; do
    [ "${f_folder##*/}" -lt "$1" ] && rmdir "$f_folder" 2>/dev/null
  done
  return 0
}

settle_disk() { sync "$here" "$work" 2>/dev/null || sync; }

# Writes the result into the space that was taken for it, and puts it in its place.
conclude() {
  printf '%-2000s\n' "$*" 1<>"$work/result" || return 1
  sync "$work/result" 2>/dev/null || sync
  mv "$work/result" "$here/result" 2>/dev/null
}

is_bundle_whole() {
  bundle=$ledger/bundles/b-$sha
  [ -f "$bundle" ] || return 1
  found=$(cksum <"$bundle" 2>/dev/null) || return 1
  found=${found% *}-${found#* }
  [ "$found" = "$sum" ] || return 1
  hash_of "$bundle"
  [ "$hash" = "$sha" ] || [ "$hash" = - ]
}

# Everything that needs space is made before the claim: a disk that is full keeps an operation from being claimed, and nothing else.
make_ready() {
  mkdir -p "$here" && mkdir "$here/w$$" || return 1
  work=$here/w$$
  : >"$work/out" && : >"$work/err" && printf '%4095s\n' '' >"$work/result" && echo void >"$work/void" &&
    echo "claim $epoch $sha $notafter $run $number $step $seq $head $boot $$ $p_start $now w$$" >"$work/claim"
}

claim() {
  case "$op,$sha,$sum,$epoch,$notafter" in ,* | *,,* | *,) fail argument ;; esac
  # What was claimed before is not touched by anything below.
  if [ ! -f "$here/claim" ]; then
    now=$(date +%s)
    look_at $$ || fail proc
    if ! make_ready 2>/dev/null; then
      rm -rf "$here/w$$" 2>/dev/null
      find_state
      [ "$state" = absent ] && state=refused why=space
      say_state
      say end
      exit 0
    fi
    if ln "$work/claim" "$here/claim" 2>/dev/null; then
      won=1
      begin
    else
      rm -rf "$here/w$$"
    fi
  fi
  follow
}

# Only the one who won the claim comes here. What is checked now cannot have been passed by a fence that was raised before the claim.
begin() {
  find_fence
  if [ "$fence" -gt "$epoch" ]; then conclude fenced - - "epoch-$fence" "$now" - - - -; return; fi
  if [ "$now" -gt "$notafter" ]; then conclude late - - clock "$now" - - - -; return; fi
  if ! is_bundle_whole; then conclude refused - - bundle "$now" - - - -; return; fi
  raise_fence "$epoch"
  settle_disk
  # Whoever asked may be gone by now: nothing is written to them before the operation has begun.
  trap '' HUP PIPE
  launch
  first_pause
  while [ ! -e "$here/started" ] && [ "$passed" -lt 10000 ]; do take_pause; done
  trap - HUP PIPE
}

launch() {
  if [ -d "$SYSTEMD_FOLDER" ] && [ "$(id -u)" = 0 ] && command -v systemd-run >/dev/null 2>&1; then
    systemd-run --quiet --unit="ha-bot-$op" --property=KillMode=mixed --setenv=HOME="${HOME:-/root}" --setenv=PATH="$PATH" \
      "$SH" "$self" run "ledger=$ledger" "op=$op" "sha=$sha" launcher=systemd </dev/null >/dev/null 2>&1 && return
  fi
  if command -v setsid >/dev/null 2>&1; then
    setsid "$SH" "$self" run "ledger=$ledger" "op=$op" "sha=$sha" launcher=setsid </dev/null >/dev/null 2>&1 &
  else
    # A group of its own, at least: that is what job control gives.
    set -m 2>/dev/null
    nohup "$SH" "$self" run "ledger=$ledger" "op=$op" "sha=$sha" launcher=nohup </dev/null >/dev/null 2>&1 &
    set +m 2>/dev/null
  fi
}

# --- carry out -----------------------------------------------------------------------------------------------------------------------------

signal_of() {
  sig=-
  # ksh adds 256 for a signal, all others 128.
  [ "$rc" -gt 256 ] && rc=$((rc - 128))
  case $rc in
    129) sig=HUP ;; 130) sig=INT ;; 131) sig=QUIT ;; 134) sig=ABRT ;; 135) sig=BUS ;; 136) sig=FPE ;;
    137) sig=KILL ;; 139) sig=SEGV ;; 141) sig=PIPE ;; 142) sig=ALRM ;; 143) sig=TERM ;;
  esac
}

carry_out() {
  read_claim && look_at $$ || exit 1
  bundle=$ledger/bundles/b-$sha
  now=$(date +%s)
  echo "started $$ $p_start $boot $now $launcher" >"$work/s$$" || exit 1
  # The second claim: a launcher that says it failed may have started this all the same.
  ln "$work/s$$" "$here/started" 2>/dev/null || exit 0
  settle_disk
  # A stop ends the script; this process stays to tell how it ended.
  trap : HUP INT TERM
  (
    umask 022
    cd "${HOME:-/}" 2>/dev/null || cd /
    exec "$SH" "$bundle" </dev/null >>"$work/out" 2>>"$work/err"
  )
  rc=$?
  signal_of
  size_of "$work/out" && o_size=$size
  size_of "$work/err" && e_size=$size
  hash_of "$work/out" && o_hash=$hash
  hash_of "$work/err" && e_hash=$hash
  now=$(date +%s)
  conclude "done" "$rc" "$sig" - "$now" "$o_size" "$e_size" "$o_hash" "$e_hash"
}

# --- stop ----------------------------------------------------------------------------------------------------------------------------------

# Sends signal $1 to every member but the process that tells how it ended.
signal_members() {
  for member in $members; do
    [ "$member" = "$s_pid" ] || kill -s "$1" "$member" 2>/dev/null
  done
}

# Waits up to $1 ms until nothing is left but, perhaps, a result that is being written.
wait_for_end() {
  first_pause
  while :; do
    find_members "$s_pid"
    [ -n "$members" ] || return 0
    [ "$passed" -lt "$1" ] || return 1
    take_pause
  done
}

stop() {
  find_state
  if [ "$state" != running ]; then
    if [ "$state" = absent ]; then say stop absent -; else say stop gone "$state"; fi
    say_state
    say end
    return
  fi
  [ "$s_launcher" = systemd ] && systemctl kill --kill-who=all --signal=TERM "ha-bot-$op.service" >/dev/null 2>&1
  find_members "$s_pid"
  signal_members TERM
  if ! wait_for_end "$grace"; then
    signal_members KILL
    wait_for_end 2000 || { is_alive "$s_pid" "$s_start" "$s_boot" && kill -s KILL "$s_pid" 2>/dev/null; }
    find_members "$s_pid"
    signal_members KILL
    wait_for_end 2000
  fi
  if [ -z "$members" ]; then say stop gone -; else say stop alive "${members# }"; fi
  find_state
  say_state
  say end
}

# --- the rest ------------------------------------------------------------------------------------------------------------------------------

tombstone() {
  [ -n "$op" ] || fail argument
  now=$(date +%s)
  if mkdir -p "$here" 2>/dev/null && echo "tombstone - - ${notafter:-$now} $run $number $step $seq $head $boot - - $now -" >"$here/t$$"; then
    ln "$here/t$$" "$here/claim" 2>/dev/null && won=1
    rm -f "$here/t$$"
  fi
  find_state
  say_state
  say end
}

list() {
  for o_folder in "$ledger"/ops/*; do
    [ -f "$o_folder/claim" ] || continue
    here=$o_folder op=${o_folder##*/}
    find_state
    say "op $(state_line) run=$c_run number=$c_number step=$c_step"
  done
  find_fence
  say "fence $fence"
  for n_file in "$ledger"/runs/*; do
    [ -f "$n_file" ] || continue
    n_number=0 n_seq=0 n_head=-
    while read -r n_1 n_2 n_3 n_rest; do
      [ -z "$n_rest" ] || [ "${n_2:-0}" -lt "$n_seq" ] || n_number=$n_1 n_seq=$n_2 n_head=$n_3
    done <"$n_file"
    say "run run=${n_file##*/} number=$n_number seq=$n_seq head=$n_head"
  done
  say end
}

purge() {
  now=$(date +%s)
  purged=0
  for o_folder in "$ledger"/ops/*; do
    [ -f "$o_folder/claim" ] || continue
    here=$o_folder op=${o_folder##*/}
    find_state
    is_over || continue
    # Its deadline has passed: a request that comes as late as this is refused by the clock.
    [ $((c_notafter + days * 86400)) -lt "$now" ] || continue
    rm -rf "$o_folder" && purged=$((purged + 1))
  done
  find "$ledger/bundles" "$ledger/runs" -type f -mtime "+$days" -exec rm -f {} \; 2>/dev/null
  find "$ledger" -name 'put-*' -type f -mtime +1 -exec rm -f {} \; 2>/dev/null
  say "purged $purged"
  say end
}

case $verb in claim | attach | stop) work=- ;; esac
o_size=0 e_size=0
[ "$verb" = run ] || printf '\n'
case $verb in
  claim) claim ;;
  attach) [ -n "$op" ] || fail argument; follow ;;
  stop) [ -n "$op" ] || fail argument; stop ;;
  tombstone) tombstone ;;
  fence)
    [ -n "$epoch" ] || fail argument
    raise_fence "$epoch" || fail space
    sync "$ledger/fence" 2>/dev/null || sync
    find_fence
    say "fence $fence"
    say end
    ;;
  note)
    [ "$run" != - ] || fail argument
    echo "$number $seq $head $(date +%s)" >>"$ledger/runs/$run" || fail space
    say noted
    say end
    ;;
  list) list ;;
  purge) purge ;;
  run) carry_out ;;
  *) fail verb ;;
esac
