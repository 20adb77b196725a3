# What the set-up scripts share: messages, the cache's place, one lock, and a working folder that never outlives a run.
# Sourced, not run. The script that sources it has set `set -eu` and is called with the repository as its folder or not.

me=$(basename "$0")
setup=$(cd "$(dirname "$0")" && pwd)
work=
child=

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

# run SECONDS COMMAND...: a process group of its own and a time limit; a signal to us ends all of it at once.
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
    mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ] ||
        fail "cannot write to the cache $cache: set XDG_CACHE_HOME to a folder that you may write to"
}

# take_lock FILE WHAT: held until this script ends.
take_lock() {
    true 2>/dev/null >>"$1" || fail "cannot write the lock $1"
    exec 9>>"$1"
    flock -n 9 && return
    say "waiting for another run that is busy with $2"
    flock -w 1800 9 || fail "waited 30 minutes for another run that is busy with $2 (its lock: $1)"
}

# make_work DIR: an empty folder below DIR, on the same disk as what will be renamed into its place; $work names it.
make_work() {
    [ -z "$work" ] || rm -rf "$work"
    work=$(mktemp -d "$1/.work.XXXXXX") || fail "cannot make a folder in $1"
}

# size BYTES: in plain words, for messages.
size() {
    if [ "$1" -ge 1000000 ]; then
        echo "$(($1 / 1000000)) MB"
    else
        echo "$((($1 + 999) / 1000)) kB"
    fi
}

# replace NEW OLD: a finished file or folder takes the place of the old one, which may be absent.
replace() {
    rm -rf "$2"
    mv -T "$1" "$2"
}
