#!/bin/sh
# The heap on Xen: all memory comes back, blocks keep their content, a call is as short as it should be, and in both
# kinds of kernel a mistake ends in a report that names it.
set -u
. tests/boot/tap.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

# run KERNEL MEMORY JOB [OPTION...]: to $work/out; returns the rig's status.
run() {
    kernel=build/$1/tests/heap/guest.elf
    memory=$2
    job=$3
    shift 3
    build/bin/rig direct --memory="$memory" --timeout=90 --cmdline="-- $job" "$@" "$kernel" > "$work/out" 2>&1
    status=$?
    cat "$work/out"
    return $status
}

works() {
    run "$@" && grep -q "^$3 ended" "$work/out"
}

# at_most NAME LIMIT: as the guest counted.
at_most() {
    count=$(sed -n "s/^$1 //p" "$work/out" | tr -d '\r')
    [ -n "$count" ] && [ "$count" -le "$2" ] || { echo "$1: ${count:-not measured}, more than $2"; return 1; }
}

is_quick() {
    run kernel 16 speed --exact=count || return 1
    at_most malloc_free_64 100 && at_most malloc_free_4096 150
}

# reports KERNEL JOB WORDS...
reports() {
    run "$1" 16 "$2"
    [ $? -eq 10 ] || { echo "did not crash"; return 1; }
    shift 2
    for words in "$@"; do
        grep -q -- "$words" "$work/out" || { echo "the report does not say: $words"; return 1; }
    done
}

for memory in 4 16 64 256; do
    check "all memory of $memory MB, in blocks of many sizes, comes back" works kernel "$memory" exhaust
done
check "debug: all memory of 16 MB comes back" works kernel-debug 16 exhaust
check "blocks keep their content" works kernel 64 mix
check "debug: blocks keep their content" works kernel-debug 64 mix
check "calloc, memalign and the others keep their promises" works kernel 16 promises
check "malloc and free of 64 bytes take 100 instructions, of 4096 bytes 150" is_quick
check "a block freed twice" reports kernel free-twice \
    'heap: free of 0x.*: not a block in use: it was freed before' free_twice+
check "an address inside a block freed" reports kernel free-inside \
    'heap: free of 0x.*: not a block in use: none begins there' free_inside+
check "a wild address freed" reports kernel free-wild 'heap: free of 0x123456789000: not a block in use' free_wild+
check "a write to a freed block" reports kernel use-after-free 'a free block of 32 bytes, was written to after'
check "debug: a block freed twice" reports kernel-debug free-twice \
    'it was freed before' 'allocated by malloc+.*free_twice+' 'freed by free_twice+'
check "debug: an address inside a block freed" reports kernel-debug free-inside \
    'byte 32 of 0x' 'allocated by malloc+.*free_inside+'
check "debug: a wild address freed" reports kernel-debug free-wild 'heap: free of 0x123456789000: not a block in use'
check "debug: a write behind a block" reports kernel-debug overrun \
    'of 40 bytes: 0x00 was written to byte 1 after its end' 'allocated by malloc+.*overrun+'
check "debug: a write before a block" reports kernel-debug underrun '0x07 was written to byte 3 before its beginning'
check "debug: a write to a freed block" reports kernel-debug use-after-free \
    'freed block .*: 0x78 was written to its byte 5' 'allocated by _malloc_r+.*_strdup_r+' 'freed by use_after_free+'
finish
