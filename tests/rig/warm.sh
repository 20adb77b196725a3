#!/bin/sh
# The warm machine in the cache: made once, made anew when it is damaged or its input has changed, never half there.
set -u
. tests/boot/tap.sh
rig=build/bin/rig
guest=build/tests/rig/guest.elf
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
export XDG_CACHE_HOME="$work"
cache=$work/stardust

# run OPTION...: one domain run; its messages are in $work/messages.
run() {
    "$rig" domain --cmdline=hello --log="$work/log" "$@" "$guest" > "$work/out" 2> "$work/messages"
    status=$?
    cat "$work/out" "$work/messages"
}

# machines N: so many are in the cache, and nothing else but the lock.
machines() {
    ls "$cache"
    [ "$(ls "$cache" | grep -c '^warm-[0-9a-f]*$')" -eq "$1" ] && [ "$(ls "$cache" | wc -l)" -eq $(($1 + 1)) ]
}

makes_one() {
    [ "$status" -eq 0 ] && [ "$(grep -c 'making the warm machine, once' "$work/messages")" -eq 1 ]
}

# Interrupted as soon as the machine writes its memory.
leaves_nothing() {
    env --default-signal=INT "$rig" warm --build="$work/build" > "$work/messages" 2>&1 & pid=$!
    tries=0
    until [ "$(find "$cache" -name memory -size +1M 2>&1 | wc -l)" -eq 1 ] && [ -n "$(ps -o pid= --ppid "$pid")" ]; do
        [ $((tries += 1)) -lt 100 ] || { echo "no warm machine in the making"; return 1; }
        sleep 0.1
    done
    child=$(ps -o pid= --ppid "$pid")
    kill -INT "$pid"
    wait "$pid"
    status=$?
    cat "$work/messages"
    [ "$status" -eq 130 ] && machines 0 && ! kill -0 "$child" 2> /dev/null
}

serves_two() {
    : > "$work/messages"
    "$rig" domain --cmdline=one "$guest" > "$work/one" 2>> "$work/messages" & first=$!
    "$rig" domain --cmdline=two "$guest" > "$work/two" 2>> "$work/messages"
    status=$?
    cat "$work/messages"
    wait "$first" && grep -q 'line: one' "$work/one" && grep -q 'line: two' "$work/two" && makes_one && machines 1
}

is_used_again() {
    run
    [ "$status" -eq 0 ] && [ ! -s "$work/messages" ]
}

survives() {
    "$@" "$(echo "$cache"/warm-*)" && run && makes_one && machines 1
}

lose_state_end() {
    truncate -s 100000 "$1/state"
}

lose_memory() {
    : > "$1/memory"
}

# Everything is in the right place and of the right size, and nothing of it works.
blank_memory() {
    : > "$1/memory"
    truncate -s 1152M "$1/memory"
}

follows_change() {
    truncate -s +512 "$work/build/dom0/initrd.gz"
    run --build="$work/build"
    makes_one && machines 2
}

blames_the_rig() {
    : | cpio --quiet -o -H newc | gzip > "$work/build/dom0/initrd.gz"
    run --build="$work/build" --result="$work/result"
    [ "$status" -eq 12 ] && grep -q 'the warm machine broke while dom0 came up: .*Kernel panic' "$work/messages" &&
        grep -q '"outcome":.*"rig"' "$work/result"
}

names_missing() {
    rm "$work/build/dom0/vmlinux"
    run --build="$work/build"
    [ "$status" -eq 2 ] && grep -q 'dom0/vmlinux: No such file' "$work/messages"
}

mkdir -p "$work/build/dom0"
ln -s "$PWD/build/xen" "$work/build/xen"
ln -s "$PWD/build/dom0/vmlinux" "$work/build/dom0/vmlinux"
cp build/dom0/initrd.gz "$work/build/dom0/"

check "Ctrl-C while it is made leaves nothing" leaves_nothing
check "two runs on an empty cache make one machine" serves_two
check "the next run finds it" is_used_again
check "state cut off: made anew" survives lose_state_end
check "memory gone: made anew" survives lose_memory
check "memory blank: made anew" survives blank_memory
check "another dom0: another machine" follows_change
check "a dom0 that does not come up is the rig's fault: status 12" blames_the_rig
check "a missing part is named: status 2" names_missing
finish
