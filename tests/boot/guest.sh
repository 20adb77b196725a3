#!/bin/sh
# Guests that test themselves, on Xen: guest.sh WHAT IMAGE MODE:VCPUS:MEGABYTES[:OPTION[:WORDS FOR THE IMAGE]]...
set -u
what=$1
image=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
failures=0

# The tests end with their plan, the guest ends by itself, and Xen has nothing to complain about.
why_not() { # STATUS
    if [ "$1" -ne 0 ] || ! grep -q '^1\.\.' "$work/out"; then
        echo "the guest ends by itself"
        tail -n 60 "$work/out" "$work/messages" >&2
    elif ! grep -q '"xen_complaints":[[:space:]]*\[\]' "$work/result"; then
        echo "Xen has nothing to complain about"
        cat "$work/result" >&2
    fi
}

for run in "$@"; do
    IFS=: read -r mode vcpus megabytes option words <<EOT
$run
EOT
    seed=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
    build/bin/rig "$mode" --vcpus="$vcpus" --memory="$megabytes" --seed="$seed" --timeout=120 $option \
        ${words:+--cmdline="-- $words"} --log="$work/log" --result="$work/result" "$image" \
        > "$work/out" 2> "$work/messages"
    missing=$(why_not $? 2> "$work/more")
    grep -E '^(ok|not ok|#)' "$work/out"
    failures=$((failures + $(grep -c '^not ok' "$work/out")))
    if [ -n "$missing" ]; then
        echo "not ok 99 - $what, $run, seed $seed: $missing"
        sed 's/^/# /' "$work/more"
        failures=$((failures + 1))
    else
        echo "ok 99 - $what, $run: the guest ends by itself, and Xen has nothing to complain about"
    fi
done
[ "$failures" -eq 0 ]
