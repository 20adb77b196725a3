#!/bin/sh
# The kernel boots on Xen, in both modes, with what it was given, and its runs can be repeated.
set -u
. tests/boot/tap.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
rig=build/bin/rig

boots_with() {
    "$rig" "$1" --vcpus="$2" --memory="$3" --timeout=60 build/apps/tour.elf > "$work/out" 2> "$work/messages" ||
        { cat "$work/out" "$work/messages"; return 1; }
    cat "$work/out"
    grep -q "$2 vCPUs*, $(($3 * 1024)) KiB of memory" "$work/out" && grep -q '^done ' "$work/out"
}

prints_double() {
    "$rig" "$1" build/apps/hello.elf | grep -q 'pi is about 3.141593'
}

passes_words() {
    "$rig" direct --cmdline="$1" build/apps/tour.elf | grep -qF "options   \"$1\""
}

repeats() {
    for run in 1 2; do
        "$rig" direct --exact=repeat --token=abcd --seed=7 --vcpus=2 build/apps/tour.elf > "$work/$run" || return 1
    done
    cat "$work/1"
    [ -s "$work/1" ] && cmp "$work/1" "$work/2"
}

# The machine was saved some time ago; its guests must not live in the past.
knows_the_time() {
    before=$(date +%s)
    said=$("$rig" domain build/apps/tour.elf | sed -n 's/.*it is //p')
    echo "the guest says $said, here it was $(date -u -d "@$before")"
    [ $(($(date -u -d "$said" +%s) - before)) -ge -1 ] && [ $(($(date +%s) - $(date -u -d "$said" +%s))) -ge -1 ]
}

built_by_clang() {
    "$rig" direct build/apps-clang/tour.elf | grep '^done '
}

open_kernel_names_hole() {
    "$rig" direct build/apps-open-boot/hello.elf > "$work/out" 2>&1
    status=$?
    cat "$work/out"
    [ "$status" -eq 10 ] && grep -q 'stopped at a hole' "$work/out" && grep -q 'exercise 1.1' "$work/out"
}

check "direct: 1 vCPU, 64 MB" boots_with direct 1 64
check "direct: 8 vCPUs, 16 MB" boots_with direct 8 16
check "domain: 4 vCPUs, 64 MB" boots_with domain 4 64
check "domain: 1 vCPU, 8 MB" boots_with domain 1 8
check "direct: hello prints a double" prints_double direct
check "domain: hello prints a double" prints_double domain
check "direct: the command line arrives as it is" passes_words 'a=1  b -- c "d"'
check "domain: the guest knows what time it is" knows_the_time
check "direct: the same bytes twice with --exact=repeat" repeats
check "direct: a kernel built by clang" built_by_clang
check "direct: a kernel with holes names the first" open_kernel_names_hole
finish
