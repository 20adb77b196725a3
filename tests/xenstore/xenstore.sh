#!/bin/sh
# Xenstore beside the real xenstored: tests/xenstore/xenstore.sh IMAGE TRANSACTIONS
set -u
image=$1
transactions=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
failures=0

build/bin/rig domain --vcpus=4 --memory=64 --timeout=$((transactions / 10 + 60)) --result="$work/result" \
    --log="$work/log" --cmdline="dom0=1 transactions=$transactions" --script=tests/xenstore/dom0 "$image" \
    > "$work/out" 2> "$work/messages"
status=$?
grep -E '^(ok|not ok|#)' "$work/out"
grep -q '^not ok' "$work/out" && failures=$((failures + 1))
# The tests end with their plan, Xen has nothing to complain about, and the guest ends by itself.
if [ "$status" -ne 0 ] || ! grep -q '^1\.\.' "$work/out"; then
    echo "not ok 99 - xenstore: the guest ends by itself"
    tail -n 30 "$work/messages" "$work/out" | sed 's/^/# /'
    failures=$((failures + 1))
elif ! grep -q '"xen_complaints":[[:space:]]*\[\]' "$work/result"; then
    echo "not ok 99 - xenstore: Xen has nothing to complain about"
    sed 's/^/# /' "$work/result"
    failures=$((failures + 1))
else
    echo "ok 99 - xenstore: the guest ends by itself, and Xen has nothing to complain about"
fi
[ "$failures" -eq 0 ]
