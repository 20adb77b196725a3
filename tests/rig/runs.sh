# For tests of whole runs of the test guest. $mode is direct or domain.
. tests/boot/tap.sh
rig=build/bin/rig
guest=build/tests/rig/guest.elf
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

# run WORD OPTION...: boot the guest with this command line. Its stdout, stderr and result are in $work.
run() {
    word=$1
    shift
    "$rig" "$mode" --cmdline="$word" --timeout=60 --log="$work/log" --result="$work/result" "$@" "$guest" \
        > "$work/out" 2> "$work/messages"
    status=$?
    head -n 40 "$work/out"
    cat "$work/messages" "$work/result"
}

# said FILE TEXT...: the file holds each of these texts.
said() {
    file=$work/$1
    shift
    for text in "$@"; do
        grep -qF -- "$text" "$file" || { echo "$file does not say: $text"; return 1; }
    done
}
