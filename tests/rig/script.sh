#!/bin/sh
# Domain runs with a script: its status is the run's, the console of all lives of the guest arrives, limits hold.
set -u
mode=domain
. tests/rig/runs.sh

# run_script WORD OPTION...: run the guest beside the script on stdin.
run_script() {
    cat > "$work/script"
    run "$@" --script="$work/script"
}

ends_well() {
    run_script loop <<'END'
step "the guest is $GUEST"
guest_says 'command line: loop' 20
xl list "$GUEST"
xenstore-read "$(guest_path)/name"
END
    [ "$status" -eq 0 ] && said messages 'script: the guest is guest' && said log 'dom0 says: script guest' &&
        said result '"poweroff"' && printf 'hello from the test guest\ncommand line: loop\n' | cmp - "$work/out"
}

# xl's own daemon makes the guest anew, under another number; its console goes on in the same place.
follows_all_lives() {
    run_script reboot <<'END'
for life in 1 2 3; do
    guest_says 'command line: reboot' 30
done
END
    [ "$status" -eq 0 ] && said log 'created 1' 'created 2' &&
        head -n 6 "$work/out" | grep -c 'hello from the test guest' | grep -qx 3
}

fails_with() {
    said=$1
    word=$2
    run_script "$word"
    [ "$status" -eq 13 ] && said messages "$said" && said result '"script"'
}

waits_in_vain() {
    fails_with 'the guest did not say within 1 s: no such words' loop <<'END'
guest_says 'no such words' 1
END
}

is_told_of_a_failed_command() {
    fails_with 'the script ended with status 143' loop <<'END'
guest_says 'command line' 20
timeout 3 xl shutdown -w "$GUEST"
END
}

is_told_of_bad_grammar() {
    fails_with 'the script ended with status 2: /bin/sh: /run/script: line 2: syntax error' loop <<'END'
:
fi
END
}

# What is not on the console cannot be waited for twice: the place behind the last match counts.
finds_each_text_once() {
    fails_with 'did not say within 1 s: hello' loop <<'END'
guest_says hello 20
guest_says hello 1
END
}

names_a_crash() {
    run_script crash <<'END'
guest_says 'command line: crash' 20
guest_says 'no such words' 60
END
    [ "$status" -eq 10 ] && said messages 'the guest crashed before it said: no such words' &&
        said result '*** panic: made by the test guest'
}

survives_a_crash_that_it_expects() {
    run_script crash <<'END'
guest_says 'made by the test guest' 20
await 20 'the crash' test -e /run/crashed
END
    [ "$status" -eq 0 ]
}

has_a_limit() {
    run_script loop --timeout=3 <<'END'
guest_says 'no such words' 60
END
    [ "$status" -eq 11 ] && said messages 'the time limit of 3 s was over' 'spin ← guest_main'
}

refuses() {
    said=$1
    shift
    run hello "$@"
    [ "$status" -eq 2 ] && said messages "$said" && [ "$(wc -l < "$work/messages")" -eq 1 ]
}

refuses_long_line() {
    head -c 4001 /dev/zero | tr '\0' ' ' > "$work/script"
    refuses 'at most 4000 characters' --script="$work/script"
}

"$rig" warm || exit
check "a script that ends well: status 0" ends_well
check "a guest that reboots lives again, and its console goes on" follows_all_lives
check "waiting in vain: status 13, and for what" waits_in_vain
check "a failed command ends the script: status 13" is_told_of_a_failed_command
check "a mistake of grammar: status 13, with its line" is_told_of_bad_grammar
check "each text is found once" finds_each_text_once
check "a crash while the script waits: status 10, with its report" names_a_crash
check "a crash that the script expects: status 0" survives_a_crash_that_it_expects
check "time limit: where the guest is" has_a_limit
check "no such script: status 2" refuses 'No such file' --script="$work/none"
check "a line too long for dom0: status 2" refuses_long_line
finish
