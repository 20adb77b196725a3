#!/bin/sh
# The grader as a program, as TAP: wrong use, a lab's own tree, a machine that fails, an interruption: program.sh BUILD
set -u
. tests/boot/tap.sh
build=$(realpath "$1")
grade=$build/bin/grade
work=$(mktemp -d "$build/tests/grader.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
tree=$work/tree

# ends STATUS TEXT COMMAND...: does it end with that status, having said that, in one line when the status is 2?
ends() {
    status=$1 text=$2
    shift 2
    said=$("$@" 2>&1)
    got=$?
    printf '%s\nstatus %d, expected %d and: %s\n' "$said" $got "$status" "$text"
    [ $got -eq "$status" ] && printf '%s' "$said" | grep -qF -- "$text" &&
        { [ "$status" -ne 2 ] || [ "$(printf '%s\n' "$said" | wc -l)" -eq 1 ]; }
}

in_tree() {
    (cd "$tree" && "$grade" --lab=boot "$@")
}

check 'no lab: the labs are listed' ends 2 'which lab? Say LAB=NAME; labs: boot' "$grade"
check 'an unknown lab' ends 2 "there is no lab 'nix'; labs: boot" "$grade" --lab=nix
check 'a submission that is no folder' ends 2 'is no folder' "$grade" --lab=boot --submission=Makefile
check 'two subjects at once' ends 2 'exclude each other' "$grade" --lab=boot --skeleton --submission=.
check 'an unknown check' ends 2 "has no check 'nix'" "$grade" --lab=boot --only=nix
check 'a bad token' ends 2 '--token=xyz' "$grade" --lab=boot --token=xyz
check 'a bad seed' ends 2 '--seed=-1' "$grade" --lab=boot --seed=-1
check 'a JSON file that cannot be written' ends 2 'cannot write a file /nowhere/x.json' \
    "$grade" --lab=boot --json=/nowhere/x.json
check 'help' ends 0 'usage: grade' "$grade" --help

"$build/bin/mklab" tree --lab=boot --solved --out="$tree" >/dev/null || exit 1
mkdir -p "$tree/build/bin"
ln -s "$build/dom0" "$tree/build"
cp -r "$build/xen" "$tree/build"
ln -s "$build/bin/rig" "$tree/build/bin"
check "a lab's own tree is graded in its place" ends 0 'boot: 100/100' in_tree --json="$work/result.json"
check 'its result is JSON, too' grep -q '"outcome":.*"graded"' "$work/result.json"
check "a lab's tree takes no submission" ends 2 'it grades your own files' in_tree --skeleton
echo '/* changed */' >> "$tree/kernel/boot/start.c"
check 'a file that is not the student'"'"'s is named when it was changed' \
    ends 0 "changed, but not yours to hand in: kernel/boot/start.c" in_tree --only=build

rm "$tree/build/bin/rig"
printf '#!/bin/sh\nexit 12\n' > "$tree/build/bin/rig"
chmod +x "$tree/build/bin/rig"
check 'a rig that fails gives no mark' ends 12 'no mark: the machinery failed, twice' in_tree --json="$work/result.json"
check 'nor does the JSON' grep -q '"outcome":.*"infrastructure"' "$work/result.json"

printf '#!/bin/sh\ntouch "%s/waiting"\nexec sleep 600\n' "$work" > "$tree/build/bin/rig"
# within SECONDS COMMAND...: does it succeed by then?
within() {
    tries=$(($1 * 10))
    shift
    until "$@"; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return 1
        sleep 0.1
    done
}

# Is nothing left of the session? Its number is the sixth field.
gone() {
    ! cat /proc/[0-9]*/stat 2>/dev/null | awk -v session="$1" '$6 == session { found = 1 } END { exit !found }'
}

interrupted() {
    (cd "$tree" && exec setsid "$grade" --lab=boot) >"$work/output" 2>&1 &
    pid=$!
    within 300 test -f "$work/waiting" && kill -INT $pid
    wait $pid
    status=$?
    tail -n 3 "$work/output"
    echo "status $status, expected 130, and nothing left running"
    [ $status -eq 130 ] && within 60 gone $pid
}
check 'Ctrl-C ends it, and all that it started' interrupted
finish
