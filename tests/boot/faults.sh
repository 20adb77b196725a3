#!/bin/sh
# Every way to go wrong ends in a report: tests/boot/faults.sh MODE IMAGE FAULT...
set -u
. tests/boot/tap.sh
mode=$1
image=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

# What the report of each fault must say, lines separated by |.
expected() {
    case $1 in
        null) echo 'page fault: reading from 0x8, where nothing is mapped|read_null+|L4 frame' ;;
        text) echo 'page fault: writing to 0x|where writing is not allowed|write_text+|this is the image.s text' ;;
        data) echo 'page fault: running code at 0x|where code may not run|jump_to_data+|no code' ;;
        jump) echo 'page fault: running code at 0x0, where nothing is mapped|jump_to_null+' ;;
        stack) echo 'stack overflow|guard_boot_stack|overflow_stack' ;;
        divide) echo 'division by zero|divide+' ;;
        smash) echo 'panic: stack smashed|smash+' ;;
        region) echo 'page fault: writing to 0x|run_out+|the guard page after the region "a small region"' ;;
        freed) echo 'freed block|write_freed+|byte 10' ;;
        panic) echo 'panic: somebody asked for it|call_panic+|thread main, vCPU 0' ;;
        thread) echo 'stack overflow|the stack of a thread has overflowed|overflow_stack' ;;
        busy) echo 'page fault: reading from 0x8|read_nothing+|thread wrong, vCPU 3|vCPU 0, thread busy|vCPU 1, thread busy|vCPU 2, thread busy|compute_on+' ;;
        both) echo 'panic: two at once|thread other|thread one|vCPU 1, thread idle|vCPU 2, thread idle' ;;
        sleep) echo 'thread "sleeper" gives up the processor while it holds a spinlock' ;;
        abort) echo 'panic: abort() was called|abort+' ;;
        exit) echo 'panic: faults ended with status 3' ;;
    esac
}

crashes_with_report() {
    build/bin/rig "$mode" --cmdline="-- $1" --vcpus="${VCPUS:-1}" --timeout=60 "$image" > "$work/report" 2>&1
    status=$?
    cat "$work/report"
    [ "$status" -eq 10 ] || { echo "exit status $status, not 10"; return 1; }
    expected "$1" | tr '|' '\n' > "$work/expected"
    while read -r line; do
        grep -q -- "$line" "$work/report" || { echo "the report does not say: $line"; return 1; }
    done < "$work/expected"
    [ "$(grep -c '^\*\*\* ' "$work/report")" -le 1 ] || { echo "there is more than one report"; return 1; }
}

for fault in "$@"; do
    check "$mode: $fault ends in a report" crashes_with_report "$fault"
done
finish
