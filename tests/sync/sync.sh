#!/bin/sh
# What threads wait for, on Xen: tests/sync/sync.sh IMAGE VCPUS...
set -u
image=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
failures=0

for vcpus in "$@"; do
    seed=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
    build/bin/rig direct --vcpus="$vcpus" --memory=64 --seed="$seed" --timeout=120 --result="$work/result" "$image" \
        > "$work/out" 2> "$work/messages"
    status=$?
    grep -E '^(ok|not ok|#)' "$work/out"
    grep -q '^not ok' "$work/out" && failures=$((failures + 1))
    # The tests end with their plan, Xen has nothing to complain about, and the guest ends by itself.
    if [ "$status" -ne 0 ] || ! grep -q '^1\.\.' "$work/out"; then
        echo "not ok 99 - sync, $vcpus vCPUs: the guest ends by itself"
        sed 's/^/# /' "$work/messages"
        tail -30 "$work/out" | sed 's/^/# /'
        failures=$((failures + 1))
    elif ! grep -q '"xen_complaints":[[:space:]]*\[\]' "$work/result"; then
        echo "not ok 99 - sync, $vcpus vCPUs: Xen has nothing to complain about"
        sed 's/^/# /' "$work/result"
        failures=$((failures + 1))
    else
        echo "ok 99 - sync, $vcpus vCPUs: the guest ends by itself, and Xen has nothing to complain about"
    fi
done
[ "$failures" -eq 0 ]
