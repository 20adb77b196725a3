#!/bin/sh
# The kernel's memory, or WHAT=, on Xen, with little and with much of it: tests/memory/memory.sh IMAGE MODE:MEGABYTES[:VCPUS]...
set -u
image=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
failures=0

for run in "$@"; do
    IFS=: read -r mode megabytes vcpus <<EOT
$run
EOT
    seed=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
    build/bin/rig "$mode" --memory="$megabytes" --vcpus="${vcpus:-1}" --seed="$seed" --timeout=120 \
        --result="$work/result" "$image" > "$work/out" 2> "$work/messages"
    status=$?
    grep -E '^(ok|not ok|#)' "$work/out"
    grep -q '^not ok' "$work/out" && failures=$((failures + 1))
    # The tests end with their plan, Xen has nothing to complain about, and the guest ends by itself.
    if [ "$status" -ne 0 ] || ! grep -q '^1\.\.' "$work/out"; then
        echo "not ok 99 - ${WHAT:-memory}, $megabytes MB: the guest ends by itself"
        sed 's/^/# /' "$work/messages"
        failures=$((failures + 1))
    elif ! grep -q '"xen_complaints":[[:space:]]*\[\]' "$work/result"; then
        echo "not ok 99 - ${WHAT:-memory}, $megabytes MB: Xen has nothing to complain about"
        sed 's/^/# /' "$work/result"
        failures=$((failures + 1))
    else
        echo "ok 99 - ${WHAT:-memory}, $megabytes MB: the guest ends by itself, and Xen has nothing to complain about"
    fi
done
[ "$failures" -eq 0 ]
