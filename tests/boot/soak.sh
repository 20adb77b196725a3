#!/bin/sh
# Boots the stress of threads again and again, with changing seeds, numbers of vCPUs and amounts of memory, two runs at a time;
# then two hundred threads compute for a minute and must have had the same time. Every run must end well:
# tests/boot/soak.sh ROUNDS [SECONDS of the last run]
set -u
rounds=$1
seconds=${2:-60}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
: > "$work/ended"

# xargs is in the foreground, so that an interrupt comes to everything that runs.
seq "$rounds" | xargs -P 2 -n 1 tests/boot/soak-round.sh "$work" "$rounds"
[ "$(wc -l < "$work/ended")" -eq "$rounds" ] || { echo "interrupted"; exit 130; }

# In virtual time: with a busy machine some processors of the emulated one stand still while their clocks go on.
if build/bin/rig direct --exact=repeat --vcpus=4 --timeout=$((seconds * 5 + 60)) --cmdline="-- $seconds 10" --log="$work/log" \
    build/kernel/tests/threads/fair.elf > "$work/out" 2>&1; then
    echo ok >> "$work/ended"
else
    echo not ok >> "$work/ended"
fi
grep -E '^(ok|not ok|#|rig:)' "$work/out"
failed=$(grep -c '^not ok' "$work/ended")
echo "$(grep -c '^ok' "$work/ended") passed, $failed failed"
[ "$failed" -eq 0 ]
