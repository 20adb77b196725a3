# What the set-up scripts share: messages, the cache's place, a lock, and a working folder that never outlives a run.
# Sourced, not run; the script that sources it has done `set -eu`.

me=$(basename "$0")
setup=$(cd "$(dirname "$0")" && pwd)
work=
child=
locked=

say() {
    printf '%s\n' "$*"
}

# One line on stderr, and the end.
fail() {
    printf '%s: %s\n' "$me" "$*" >&2
    exit 1
}

clean_up() {
    if [ -n "$child" ]; then
        kill "$child" 2>/dev/null || :
        wait "$child" 2>/dev/null || :
    fi
    if [ -n "$work" ]; then
        rm -rf "$work"
    fi
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# run SECONDS COMMAND...: a process group of its own and a time limit; a signal to us ends all of it at once. Not from a
# subshell, which would not know of it.
run() {
    limit=$1
    shift
    timeout -k 5 "$limit" "$@" </dev/null &
    child=$!
    status=0
    wait "$child" || status=$?
    child=
    [ "$status" != 124 ] || printf '%s: no end after %s seconds: %s\n' "$me" "$limit" "$*" >&2
    return "$status"
}

# The folder that keeps downloads and built libraries, shared by all trees of this user; $cache names it afterwards.
open_cache() {
    home=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
    cache=${CACHE:-${XDG_CACHE_HOME:-$home/.cache}/stardust}
    packages=$cache/packages
    mkdir -p "$packages" 2>/dev/null && [ -w "$cache" ] && [ -w "$packages" ] ||
        fail "cannot write to the cache $cache: set XDG_CACHE_HOME to a folder that you may write to"
}

# take_lock FILE WHAT: held until this script ends.
take_lock() {
    true 2>/dev/null >>"$1" || fail "cannot write the lock $1: whose is it, and is the disk full?"
    exec 9>>"$1"
    locked=yes
    flock -n 9 && return
    say "waiting for another run that is busy with $2"
    flock -w 1800 9 || fail "waited 30 minutes for another run that is busy with $2 (its lock: $1)"
}

# make_work DIR: an empty folder in DIR, on the same disk as what will be renamed into its place; $work names it. Under a
# lock, another one of this script's can only be what a run left that was killed.
make_work() {
    [ -z "$work" ] || rm -rf "$work"
    [ -z "$locked" ] || rm -rf "$1/.work.$me".*
    work=$(mktemp -d "$1/.work.$me.XXXXXX") || fail "cannot make a folder in $1: whose is it, and is the disk full?"
}

# size BYTES: in plain words, for messages.
size() {
    if [ "$1" -ge 1000000 ]; then
        echo "$(($1 / 1000000)) MB"
    else
        echo "$((($1 + 999) / 1000)) kB"
    fi
}

# matches FILE SHA256: is it there, whole and as it should be?
matches() {
    [ -f "$1" ] && [ "$(sha256sum <"$1")" = "$2  -" ]
}

# pin NAME: its line of the table of pins, with single spaces.
pin() {
    awk -v name="$1" '$1 == name { $1 = $1; print }' "${PINS:-$setup/pins}"
}

# unpacked WHAT COMMAND...: run it; of all that it complains about when the disk is full, the first line is enough.
unpacked() {
    what=$1
    shift
    complaint=$("$@" 2>&1) || fail "cannot unpack $what: $(printf '%s\n' "$complaint" | head -n 1)"
}

# replace NEW OLD: a finished file or folder takes the place of an old one, if there is one.
replace() {
    rm -rf "$2"
    mv -T "$1" "$2" || fail "cannot write $2: whose is it, and is the disk full?"
}
