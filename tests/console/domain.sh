#!/bin/sh
# domain.sh GUEST: people type into a guest, by the program behind xl console and the real xenconsoled.
set -u
mode=domain
. tests/rig/runs.sh
guest=$1

# run_script OPTION...: run the guest beside the script on stdin.
run_script() {
    cat > "$work/script"
    run '' --script="$work/script" "$@"
    [ "$status" -eq 0 ]
}

echoes_both_ways() {
    run_script <<'END'
guest_says listening 20
mkfifo typed
guest_console <typed >shown &
exec 3>typed
printf 'hello dom0\r' >&3
guest_says 'heard 11: hello dom0' 10
printf 'wrongh\177\177\177\177\177\177right\r' >&3
guest_says 'heard 6: right' 10
printf '\004' >&3
guest_says 'end of input' 10
wait
grep -q 'heard 11: hello dom0' shown || fail "xl console did not show what the guest printed"
END
}

# Typed by a program, as fast as the terminal takes it: on another vCPU the guest prints what it reads.
loses_nothing() {
    run_script --vcpus="$1" <<'END'
guest_says listening 20
tty=$(xenstore-read "$(guest_path)/console/tty")
{
    echo many
    seq 1 250 | sed 's/.*/line & of a long text that nobody could type so fast/'
    echo .
} >text
[ "$(wc -c <text)" -gt 10240 ] || fail "the text is too short"
cat text >"$tty"
guest_says 'heard many: ' 30
printf '\004' >"$tty"
guest_says 'end of input' 10
sed -e 1d -e '$d' text | wc -c >size
grep "heard many: $(cat size) bytes" /run/console || fail "the guest heard something else"
END
}

# The guest prints without end, so that it waits for room all the time: the event that says so tells of what was typed, too.
hears_while_it_prints() {
    run_script --vcpus="$1" <<'END'
guest_says listening 20
tty=$(xenstore-read "$(guest_path)/console/tty")
for round in 1 2 3; do
    echo print >"$tty"
    guest_says 'line 20 of' 20
    echo "round $round" >"$tty"
    guest_says 'line 499 of' 20
    guest_says "heard 8: round $round" 10
done
END
}

# It is asked to end while it waits for a line; and being saved and restored, or moved, does not disturb who waits.
ends_while_it_reads() {
    run_script --vcpus=2 --timeout=120 <<'END'
guest_says listening 20
guest_save saved
guest_restore saved
guest_type after
guest_says 'heard 6: after' 20
guest_migrate
guest_type moved
guest_says 'heard 6: moved' 20
timeout 30 xl shutdown -w "$GUEST"
guest_says 'end of input' 1
END
}

# The rig types a file, and Ctrl-D behind it.
rig_types() {
    { echo many; seq 1 250 | sed 's/.*/line & of a long text that nobody could type so fast/'; echo .; echo last; } > "$work/text"
    run '' --input="$work/text"
    bytes=$(sed -e 1d -e '/^\.$/,$d' "$work/text" | wc -c)
    [ "$status" -eq 0 ] && said out "heard many: $bytes bytes" 'heard 5: last' 'end of input'
}

refuses() {
    run '' "$@"
    [ "$status" -eq 2 ]
}

check "echo both ways, a mistake taken back, Ctrl-D" echoes_both_ways
check "10 KB at once arrive, 1 vCPU" loses_nothing 1
check "10 KB at once arrive, 4 vCPUs" loses_nothing 4
check "what is typed while the guest prints, 1 vCPU" hears_while_it_prints 1
check "what is typed while the guest prints, 4 vCPUs" hears_while_it_prints 4
check "restored, moved and shut down while it waits for a line" ends_while_it_reads
check "rig domain --input=FILE types it, then Ctrl-D" rig_types
check "no such input: status 2" refuses --input="$work/none"
finish
