#!/bin/sh
# Whole domain runs of the test guest: each way to end has its exit status, its words, and its place in the result file.
set -u
mode=domain
. tests/rig/runs.sh
tab=$(printf '\t')

result_is() {
    said result "\"outcome\":$tab\"$1\"" "\"xl_reason\":$tab$2"
}

powers_off() {
    run hello
    [ "$status" -eq 0 ] && [ ! -s "$work/messages" ] && result_is poweroff '"poweroff"' &&
        said result "\"vcpus_online\":${tab}1" "\"xen_complaints\":$tab[]" &&
        printf 'hello from the test guest\ncommand line: hello\n' | cmp - "$work/out" &&
        said log 'virtio2: [vda]' 'runner: guest 1 has ended' && ! grep -q 'hello from' "$work/log"
}

# The rig stands still while the guest prints much and dies: then all waits for it at once.
loses_nothing() {
    { printf 'hello from the test guest\ncommand line: count\n' && seq 0 7999 | awk '{ printf "%016x\n", $1 }'; } \
        > "$work/expected"
    mkfifo "$work/pipe"
    "$rig" domain --cmdline=count --log="$work/log" "$guest" > "$work/pipe" & pid=$!
    {
        read -r line
        kill -STOP "$pid"
        sleep 2
        kill -CONT "$pid"
        echo "$line"
        cat
    } < "$work/pipe" > "$work/out"
    wait "$pid" && cmp "$work/expected" "$work/out"
}

has_last_words() {
    run unannounced
    [ "$status" -eq 0 ] && said out 'last words'
}

crashes() {
    word=$1
    shift
    run "$word"
    [ "$status" -eq 10 ] && result_is crash '"crash"' && said messages "$@"
}

keeps_guests_report() {
    run crash
    [ "$status" -eq 10 ] && result_is crash '"crash"' && said result '*** panic: made by the test guest' &&
        ! grep -q 'innermost' "$work/messages"
}

ends_with() {
    run "$1"
    [ "$status" -eq 10 ] && result_is crash "\"$2\"" && said messages "reason $2"
}

reaches_limit() {
    word=$1
    shift
    run "$word" --timeout=2
    [ "$status" -eq 11 ] && result_is timeout null && said messages 'the time limit of 2 s was over' "$@"
}

complains_of_ring() {
    run ring
    said result 'ahead of out_cons'
}

passes_line() {
    run 'a "b" '"'c'"' \d,e # f' --token=12aF --seed=77
    [ "$status" -eq 0 ] && said out 'command line: a "b" '"'c'"' \d,e # f token=12aF seed=77'
}

boots_with() {
    run hello --vcpus="$1" --memory="$2"
    [ "$status" -eq 0 ]
}

refuses() {
    said=$1
    shift
    run hello "$@"
    [ "$status" -eq 2 ] && said messages "$said" && [ "$(wc -l < "$work/messages")" -eq 1 ]
}

# hold OPTION...: a guest that holds a port or a disk, once its first line is there.
hold() {
    mkfifo "$work/held"
    "$rig" domain --cmdline=loop --log="$work/holder" "$@" "$guest" > "$work/held" 2>&1 &
    holder=$!
    read -r line < "$work/held"
}

let_go() {
    kill "$holder"
    wait "$holder"
    rm "$work/held"
}

refuses_taken_port() {
    port=$((20000 + $$ % 20000))
    hold --forward="$port:80"
    refuses "port $port of this machine is taken" --forward="$port:80"
    result=$?
    let_go
    return "$result"
}

refuses_disk_in_use() {
    truncate -s 1M "$work/disk,1"
    hold --disk="$work/disk,1"
    refuses 'in use by another run' --disk="$work/disk,1"
    result=$?
    let_go
    return "$result"
}

has_disk_and_network() {
    truncate -s 1M "$work/disk,1"
    run hello --disk="$work/disk,1" --forward=$((20000 + $$ % 20000)):80
    [ "$status" -eq 0 ] && said log '[vdb] 2048 512-byte' 'vif1.0'
}

two_at_once() {
    "$rig" domain --cmdline=one "$guest" > "$work/one" &
    "$rig" domain --cmdline=two "$guest" > "$work/two" || return 1
    wait $! && grep -q 'line: one' "$work/one" && grep -q 'line: two' "$work/two"
}

# An exact machine is another warm machine.
runs_exactly() {
    run hello --exact=repeat --timeout=120
    [ "$status" -eq 0 ] && result_is poweroff '"poweroff"'
}

"$rig" warm || exit
check "a clean end: status 0, the console alone on stdout" powers_off
check "no byte of the console is lost or moved" loses_nothing
check "last words that were not announced" has_last_words
check "the kernel's own report is the report, once" keeps_guests_report
check "hole: named, with place and callers" crashes hole 'stopped at a hole' 'lab      01-boot, exercise 1.2' \
    'reached  hole ← guest_main ← _start'
check "hole: after an unfinished line of the guest's" crashes unfinished 'stopped at a hole'
check "stack overflow: the guard page is named" crashes overflow 'crashed: stack overflow' \
    'is in guard_boot_stack, the page under the boot stack' ') ← overflow_into_guard ← guest_main ← _start' \
    'L1[0x1] is empty'
check "call of NULL: who called" crashes null 'call of a NULL function pointer' 'reached  jump_to_null ← guest_main'
check "a reboot is no clean end" ends_with reboot reboot
check "an odd reason is no clean end" ends_with odd 99
check "time limit: an endless loop is named" reaches_limit loop 'vCPU 0 ' 'spin ← guest_main'
check "time limit: a silent guest" reaches_limit silent 'the guest had printed nothing'
check "a broken console ring is complained of" complains_of_ring
check "quotes, backslashes, token and seed reach the guest" passes_line
check "4 vCPUs, 400 MB" boots_with 4 400
check "32 vCPUs, 768 MB" boots_with 32 768
check "too much memory: status 2" refuses 'at most 768 MB' --memory=769
check "port taken: status 2" refuses_taken_port
check "disk in use: status 2" refuses_disk_in_use
check "no such disk: status 2" refuses 'No such file' --disk="$work/none"
check "a disk and a network card are connected" has_disk_and_network
check "two runs at once" two_at_once
check "--exact=repeat" runs_exactly
finish
