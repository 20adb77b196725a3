#!/bin/sh
# A guest's life under the real toolstack: tests/life/life.sh IMAGE ROUNDS SCRIPT...
set -u
image=$1
rounds=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
failures=0

# What the guest and the script said, when something went wrong.
complain() {
    echo "not ok 99 - life, $1"
    tail -n 40 "$work/out" "$work/messages" | sed 's/^/# /'
    failures=$((failures + 1))
}

for script in "$@"; do
    case $script in orders) words=plain=1 ;; *) words=rest=2 ;; esac
    { echo "ROUNDS=$rounds" && cat tests/life/common.dom0 "tests/life/$script.dom0"; } > "$work/script"
    build/bin/rig domain --vcpus=4 --memory=16 --timeout=$((240 + rounds * 60)) --cmdline="$words" \
        --script="$work/script" --log="$work/log" --result="$work/result" "$image" > "$work/out" 2> "$work/messages"
    status=$?
    grep -E '^(ok|not ok)' "$work/out"
    sed -n 's/^script: \(round.*\|at most.*\)/# \1/p' "$work/messages"
    failures=$((failures + $(grep -c '^not ok' "$work/out")))
    if [ "$status" -ne 0 ]; then
        complain "$script: the script goes to its end"
    elif ! grep -q '"xen_complaints":[[:space:]]*\[\]' "$work/result"; then
        complain "$script: Xen has nothing to complain about"
        sed 's/^/# /' "$work/result"
    else
        echo "ok 99 - life, $script: the script goes to its end, and Xen has nothing to complain about"
    fi
done
[ "$failures" -eq 0 ]
