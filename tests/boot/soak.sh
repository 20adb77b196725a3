#!/bin/sh
# Boots the kernel again and again, in both modes, with changing numbers of vCPUs and amounts of memory; every boot must end
# well and say what it should: tests/boot/soak.sh ROUNDS
set -u
rounds=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
failures=0

# boot MODE VCPUS MEGABYTES
boot() {
    if ! build/bin/rig "$1" --vcpus="$2" --memory="$3" --timeout=60 --log="$work/log" build/apps/tour.elf \
        > "$work/out" 2> "$work/messages" || ! grep -q '^done ' "$work/out"; then
        failures=$((failures + 1))
        echo "not ok - round $round: $1, $2 vCPUs, $3 MB"
        tail -n 20 "$work/out" "$work/messages"
    fi
}

for round in $(seq "$rounds"); do
    boot direct $((round % 8 + 1)) $((round * 7 % 60 + 4))
    boot domain $((round % 4 + 1)) $((round * 11 % 60 + 4))
    [ $((round % 10)) -ne 0 ] || echo "round $round of $rounds, $failures failures"
done
echo "$((2 * rounds - failures)) passed, $failures failed"
[ "$failures" -eq 0 ]
