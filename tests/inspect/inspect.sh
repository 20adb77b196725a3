#!/bin/sh
# A kernel that is asked what it is doing says so, for every thread, vCPU and port: tests/inspect/inspect.sh IMAGE
set -u
. tests/boot/tap.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
build/bin/rig direct --vcpus=2 --timeout=60 "$1" > "$work/out" 2> "$work/messages"
status=$?

# says EXPRESSION: a line of the console fits.
says() {
    grep -Eq "$1" "$work/out" || { cat "$work/out" "$work/messages"; return 1; }
}

check "inspect: the guest ends well" [ "$status" -eq 0 ]
check "inspect: it was asked, and answered" says '^asked for by VIRQ_DEBUG'
check "inspect: the thread that runs is named on its vCPU" says '^ +0  runs main '
check "inspect: the other vCPU is there" says '^ +1  runs '
check "inspect: a thread that waits says for what" says ' sleeper .*waits for '
check "inspect: events are counted" says '^ +port +[0-9]+  virtual interrupt +vCPU +0  1 handled'
finish
