#!/bin/sh
# Ctrl-C at any moment of a run leaves no process and no file behind; neither does the death of the rig itself.
set -u
. tests/boot/tap.sh
rig=build/bin/rig
guest=build/tests/rig/guest.elf
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

# ended PID: wait until that process, which is no child of ours, is gone.
ended() {
    timeout 10 tail --pid="$1" -f /dev/null || { echo "process $1 still runs"; return 1; }
}

# started PID: wait until that process runs the rig: until then it is still a shell's, which ignores SIGINT.
started() {
    tries=0
    until case $(readlink "/proc/$1/exe") in */rig) ;; *) false ;; esac; do
        tries=$((tries + 1))
        [ "$tries" -lt 1000 ] || { echo "process $1 has not become the rig within ten seconds"; return 1; }
        sleep 0.01
    done
}

# interrupt SIGNAL SECONDS: end a run so long after its start. A shell's background processes ignore SIGINT unless told.
interrupt() {
    env --default-signal=INT "$rig" direct --cmdline=loop --timeout=60 --log="$work/log" "$guest" > "$work/out" 2>&1 &
    pid=$!
    started "$pid" || return 1
    sleep "$2"
    children=$(ps -o pid= --ppid "$pid")
    kill "-$1" "$pid"
    wait "$pid"
    status=$?
    for child in $children; do
        ended "$child" || return 1
    done
    rm -f "$work/log" "$work/out"
    [ -z "$(ls "$work")" ] || { echo "left behind: $(ls "$work")"; return 1; }
}

# The rig ends with 130; in its first instants, before it listens, the signal itself ends it.
at_any_moment() {
    for moment in 0 0.002 0.005 0.007 0.01 0.012 0.015 0.02 0.025 0.03 0.04 0.06 0.08 0.1 0.2 0.4 0.8 1.2 1.6; do
        interrupt "$1" "$moment" || return 1
        [ "$status" -eq 130 ] || { [ "$status" -eq "$2" ] && [ "$moment" \< 0.1 ]; } ||
            { echo "status $status $moment s after the start"; return 1; }
    done
}

# The reader of the console goes away.
reader_goes() {
    { "$rig" direct --cmdline=flood --timeout=60 --log="$work/log" "$guest" 2> "$work/out"; echo $? > "$work/status"; } |
        head -n 3 > /dev/null
    status=$(cat "$work/status")
    rm "$work/status"
    [ "$status" -eq 130 ]
}

# A reader that does not read must not keep Ctrl-C from working.
reader_sleeps() {
    mkfifo "$work/pipe"
    sleep 30 < "$work/pipe" & reader=$!
    "$rig" direct --cmdline=flood --timeout=60 --log="$work/log" "$guest" > "$work/pipe" 2> "$work/out" & pid=$!
    sleep 3
    kill -INT "$pid"
    wait "$pid"
    status=$?
    kill "$reader"
    rm "$work/pipe"
    [ "$status" -eq 130 ]
}

check "SIGINT at any moment" at_any_moment INT 130
check "SIGTERM at any moment" at_any_moment TERM 143
check "SIGKILL: QEMU dies with the rig" interrupt KILL 0.5
check "the console's reader goes away" reader_goes
check "the console's reader sleeps" reader_sleeps
finish
