#!/bin/sh
# Whole direct runs of the test guest: each way to end has its exit status, its words, and its place in the result file.
set -u
mode=direct
. tests/rig/runs.sh

result_is() {
    said result "\"outcome\":	\"$1\"" "\"shutdown_event\":	$2"
}

powers_off() {
    run hello
    [ "$status" -eq 0 ] && [ ! -s "$work/messages" ] && result_is poweroff '"guest-reset"' &&
        printf 'hello from the test guest\ncommand line: hello\n' | cmp - "$work/out" &&
        said log '(XEN) Xen version' 'hello from the test guest'
}

crashes() {
    word=$1
    shift
    run "$word"
    [ "$status" -eq 10 ] && result_is crash null && said messages "$@"
}

# Xen would wait five seconds after a crash before it lets the machine go.
is_stopped_at_once() {
    run hole
    seconds=$(sed -n 's/^\t"seconds":\t\([0-9]*\).*/\1/p' "$work/result")
    first=$(sed -n 's/^\t"first_line_seconds":\t\([0-9]*\).*/\1/p' "$work/result")
    [ $((seconds - first)) -lt 4 ]
}

names_hole_in_result() {
    run "$1"
    [ "$status" -eq 10 ] && said result '"exercise":	"1.2"' '"file":	"tests/rig/guest/entry.S"' \
        '"text":	"put one character into the ring"' && said messages 'stopped at a hole'
}

keeps_guests_report() {
    run crash
    [ "$status" -eq 10 ] && result_is crash null && said result '*** panic: made by the test guest' 'hole+0x4  tests/rig/guest/entry.S:' &&
        said messages 'the guest crashed: panic: made by the test guest, at tests/rig/guest/entry.S:' &&
        ! grep -q innermost "$work/messages"
}

says_where() {
    run "$1" --timeout="$2"
    limit=$2
    shift 2
    [ "$status" -eq 11 ] && result_is timeout null && said messages "the time limit of $limit s was over" "$@"
}

# Who waits comes to the limit of the guest's clock long before we do; who spins needs as long as for so many instructions.
says_where_by_its_clock() {
    run "$1" --exact=repeat --virtual="$2"
    [ "$status" -eq 11 ] && result_is timeout null && said messages "s had passed by the guest's clock" "$3" "$4"
}

wants_exact() {
    run hello --virtual=100
    [ "$status" -eq 2 ] && said messages '--virtual goes with --exact'
}

passes_token_and_commas() {
    run 'a, b,,c' --token=12aF --seed=77
    [ "$status" -eq 0 ] && said out 'command line: a, b,,c token=12aF seed=77'
}

repeats() {
    for turn in 1 2; do
        run hello --exact=repeat --vcpus=2 --token=ab --seed=5 > /dev/null
        [ "$status" -eq 0 ] || return 1
        cp "$work/out" "$work/out.$turn"
        cp "$work/log" "$work/log.$turn"
    done
    cmp "$work/out.1" "$work/out.2" && cmp "$work/log.1" "$work/log.2"
}

counts() {
    run hello --exact=count --timeout=240
    [ "$status" -eq 0 ] && result_is poweroff '"guest-reset"'
}

boots_with() {
    run hello --vcpus="$1" --memory="$2"
    [ "$status" -eq 0 ] && said log "Dom0 has maximum $1 VCPUs"
}

# Both write the default log, in a build folder that nobody else uses.
two_at_once() {
    mkdir -p "$work/build"
    ln -sf "$PWD/build/xen" "$work/build/xen"
    "$rig" direct --build="$work/build" --cmdline=one "$guest" > "$work/one" &
    "$rig" direct --build="$work/build" --cmdline=two "$guest" > "$work/two" || return 1
    wait $! && grep -q 'line: one' "$work/one" && grep -q 'line: two' "$work/two" &&
        [ "$(ls "$work/build/rig")" = direct.log ] && [ "$(grep -c 'command line: ' "$work/build/rig/direct.log")" -eq 1 ]
}

decodes_log() {
    run "$1" > /dev/null
    "$rig" decode --kernel="$guest" "$work/log" > "$work/decoded" 2>&1
    status=$?
    cat "$work/decoded"
    [ "$status" -eq 10 ] && [ "$(grep -v '^rig: ' "$work/decoded")" = "$(grep -v '^rig: ' "$work/messages")" ]
}

# The limit counts the time in which QEMU could run: three busy loops on each processor must not turn a good run into a bad one.
ends_in_time_on_busy_machine() {
    busy=
    for i in $(seq $((4 * $(nproc)))); do
        timeout 120 sh -c 'while :; do :; done' & busy="$busy $!"
    done
    run hello --timeout=3
    kill $busy
    [ "$status" -eq 0 ]
}

is_quiet() {
    run hole --quiet
    [ "$status" -eq 10 ] && [ ! -s "$work/messages" ]
}

check "a clean end: status 0, the console alone on stdout" powers_off
check "hole: named, with place and callers" crashes hole 'stopped at a hole' 'lab      01-boot, exercise 1.2' \
    'place    tests/rig/guest/entry.S:' 'reached  hole ← guest_main ← _start' 'next     make handout'
check "hole: in the result file" names_hole_in_result hole
check "hole: found in the kernel's own report too" names_hole_in_result reported
check "hole: after an unfinished line of the guest's" names_hole_in_result unfinished
check "stack overflow: the guard page is named" crashes overflow 'crashed: stack overflow' \
    'is in guard_boot_stack, the page under the boot stack' 'reached  overflow (' \
    ' times) ← overflow_into_guard ← guest_main ← _start' 'L1[0x1] is empty'
check "call of NULL: who called" crashes null 'call of a NULL function pointer' 'reached  jump_to_null ← guest_main'
check "write to nowhere: place and walk" crashes nowhere 'write to 0x123456789000, where nothing is mapped' \
    'write_to_nowhere+0x' 'L4[0x24] is empty' 'no handler for vector 14'
check "division by zero" crashes divide 'division by zero (#DE)' 'place    tests/rig/guest/guest.c:'
check "a return to nowhere" crashes iret 'general protection fault (#GP)'
check "halting is no clean end" crashes poweroff 'SHUTDOWN_reboot'
check "an odd reason is no clean end" crashes odd 'unknown reason 99'
check "forged words of a clean end" crashes forge 'stopped at a hole'
check "the machine is stopped as soon as the dump is read" is_stopped_at_once
check "the kernel's own report is the report, once" keeps_guests_report
check "time limit: an endless loop is named" says_where loop 5 'running  tests/rig/guest/guest.c:' 'spin ← guest_main'
check "time limit: waiting for ever" says_where block 5 'waiting  in Xen' 'hypercall ← wait_for_ever ← guest_main' \
    'processor 0 in Xen at 0xffff'
check "limit of the guest's clock: waiting for ever" says_where_by_its_clock block 100 'waiting  in Xen' \
    'hypercall ← wait_for_ever ← guest_main'
check "limit of the guest's clock: an endless loop" says_where_by_its_clock loop 4 'running  tests/rig/guest/guest.c:' \
    'spin ← guest_main'
check "limit of the guest's clock: only where it counts instructions" wants_exact
check "time limit: a silent guest" says_where silent 5 'the guest had printed nothing' 'running  '
check "token, seed and commas reach the guest" passes_token_and_commas
check "the same bytes twice with --exact=repeat" repeats
check "--exact=count" counts
check "32 vCPUs, 4 MB" boots_with 32 4
check "1 vCPU, 1024 MB" boots_with 1 1024
check "a busy machine does not use up the time limit" ends_in_time_on_busy_machine
check "two runs at once" two_at_once
check "decode: the same report from the log" decodes_log hole
check "--quiet says nothing" is_quiet
finish
