#!/bin/sh
# One round of the soak: tests/boot/soak-round.sh FOLDER ROUNDS ROUND
set -u
work=$1
rounds=$2
round=$3
mode=direct
vcpus=4
memory=$((24 + round * 7 % 104))
image=build/kernel/tests/threads/stress.elf
seed=${SEED:-$(date +%s)}$round

case $((round % 20)) in
    1) vcpus=1 ;;
    3) vcpus=2 ;;
    7 | 17) vcpus=8 ;;
    11) vcpus=16 memory=96 ;;
    13) mode=domain ;;
    15) image=build/kernel-debug/tests/threads/stress.elf ;;
    19) image=build/apps/tour.elf vcpus=$((round % 32 + 1)) ;;
esac

build/bin/rig "$mode" --vcpus="$vcpus" --memory="$memory" --seed="$seed" --cmdline=ms=50 --timeout=240 \
    --log="$work/log.$round" --result="$work/result.$round" "$image" > "$work/out.$round" 2>&1
status=$?
[ "$status" -ne 130 ] || exit 255
if [ "$status" -eq 0 ] && grep -qE '^(1\.\.|done )' "$work/out.$round" && ! grep -q '^not ok' "$work/out.$round" &&
    grep -q '"xen_complaints":[[:space:]]*\[\]' "$work/result.$round"; then
    echo ok >> "$work/ended"
else
    echo not ok >> "$work/ended"
    echo "not ok - round $round: $mode, $vcpus vCPUs, $memory MB, seed $seed, $image"
    grep -v '^ok' "$work/out.$round" | tail -n 60
    echo "the last of Xen's own lines:"
    tail -n 15 "$work/log.$round"
fi
rm -f "$work"/*."$round"
ended=$(wc -l < "$work/ended")
[ $((ended % 10)) -ne 0 ] || echo "$ended of $rounds rounds, $(grep -c '^not ok' "$work/ended") failed"
exit 0
