#!/bin/sh
# Threads on Xen, on one vCPU and on several: tests/threads/threads.sh IMAGE MODE:VCPUS[:OPTION[:WORDS FOR THE IMAGE]]...
set -u
image=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
failures=0

complain() {
    echo "not ok 99 - threads, $1"
    sed 's/^/# /' "$2"
    failures=$((failures + 1))
}

for run in "$@"; do
    mode=$(echo "$run" | cut -d: -f1)
    vcpus=$(echo "$run" | cut -d: -f2)
    option=$(echo "$run" | cut -s -d: -f3)
    words=$(echo "$run" | cut -s -d: -f4)
    seed=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
    build/bin/rig "$mode" --vcpus="$vcpus" --seed="$seed" --cmdline="ms=${MILLISECONDS:-100}${words:+ -- $words}" \
        --timeout=120 $option --log="$work/log" --result="$work/result" "$image" > "$work/out" 2>&1
    status=$?
    grep -E '^(ok|not ok|#)' "$work/out"
    failures=$((failures + $(grep -c '^not ok' "$work/out")))
    # The stress ends with its plan, Xen has nothing to complain about, and the guest ends by itself.
    if [ "$status" -ne 0 ] || ! grep -q '^1\.\.' "$work/out"; then
        complain "$run: the guest ends by itself" "$work/out"
    elif ! grep -q '"xen_complaints":[[:space:]]*\[\]' "$work/result"; then
        complain "$run: Xen has nothing to complain about" "$work/result"
    else
        echo "ok 99 - threads, $run: the guest ends by itself, and Xen has nothing to complain about"
    fi
done
[ "$failures" -eq 0 ]
