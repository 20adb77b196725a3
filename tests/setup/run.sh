#!/bin/sh
# What tools/setup/common.sh does for all set-up scripts: locks, interruption, finished files.
set -eu
. tests/setup/tap.sh
suite=run

# A script of ours, $place/setup/NAME, with the lines of standard input.
mkdir "$place/setup"
cp tools/setup/common.sh "$place/setup/"
script() {
    { printf '#!/bin/sh\nset -eu\n. "$(dirname "$0")/common.sh"\n' && cat; } >"$place/setup/$1"
    chmod +x "$place/setup/$1"
}

# Tells that it has begun through the fifo $1, and is then busy for longer than anybody waits.
script busy <<'END'
make_work "$(dirname "$1")"
run 300 sh -c 'echo $$ >"$0"; exec sleep 300' "$1"
END

# interrupt SIGNAL STATUS
interrupt() {
    mkfifo "$place/begun"
    setsid "$place/setup/busy" "$place/begun" &
    script=$!
    read -r inner <"$place/begun"
    kill -s "$1" "$script"
    status=0
    wait "$script" || status=$?
    rm "$place/begun"
    echo "status $status, left: $(ls -d "$place"/.work* "/proc/$inner/exe" 2>/dev/null)" >"$output"
    [ "$(cat "$output")" = "status $2, left: " ]
}

terminated() {
    interrupt TERM 143
}

hung_up() {
    interrupt HUP 143
}

script limited <<'END'
run 1 sleep 300
END

limit() {
    ends 124 "$place/setup/limited"
    says "limited: no end after 1 seconds: sleep 300"
}

script waiter <<'END'
take_lock "$1" "a test"
echo "through"
END

# The lock is held here, and given back only once the script has said that it waits.
two_at_once() {
    mkfifo "$place/words"
    exec 7<>"$place/words" 8>"$place/lock"
    flock 8
    { "$place/setup/waiter" "$place/lock" || :; echo end; } >&7 8>&- &
    read -r first <&7
    exec 8>&-
    read -r second <&7
    wait
    echo "$first, $second" >"$output"
    says "waiting for another run that is busy with a test, through"
}

script keeper <<'END'
take_lock "$1/lock" "a test"
make_work "$1"
ls -a "$1"
END

killed_before() {
    mkdir -p "$place/kept/.work.keeper.killed" "$place/kept/.work.other.busy"
    ends 0 "$place/setup/keeper" "$place/kept"
    says .work.other.busy
    says .work.keeper.
    ! grep -q killed "$output"
}

script replacer <<'END'
make_work "$1"
mkdir "$work/new"
echo new >"$work/new/file"
replace "$work/new" "$1/old"
END

replaced() {
    mkdir -p "$place/area/old"
    echo old >"$place/area/old/stale"
    ends 0 "$place/setup/replacer" "$place/area"
    [ "$(cd "$place/area" && find . -type f)" = ./old/file ]
}

check "SIGTERM leaves no process and no file behind" terminated
check "SIGHUP leaves no process and no file behind" hung_up
check "a command that does not end is ended, and named" limit
check "a second run says that it waits, and goes on" two_at_once
check "what a killed run left is removed, of this script only" killed_before
check "a folder is replaced whole" replaced
finish
