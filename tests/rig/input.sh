#!/bin/sh
# Bad input to the rig: one clear line, status 2, and nothing started.
set -u
. tests/boot/tap.sh
rig=build/bin/rig
guest=build/tests/rig/guest.elf
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

# refuses TEXT COMMAND...: the command ends with status 2 and one line that holds the text.
refuses() {
    text=$1
    shift
    "$@" > "$work/out" 2> "$work/messages" < /dev/null
    status=$?
    cat "$work/out" "$work/messages"
    [ "$status" -eq 2 ] && [ ! -s "$work/out" ] && [ "$(wc -l < "$work/messages")" -eq 1 ] &&
        grep -qF -- "$text" "$work/messages"
}

helps() {
    "$rig" "$@" > "$work/out" && grep -q -- '--exact=repeat' "$work/out" && grep -q 'rig direct' "$work/out"
}

works() {
    "$rig" trial --quiet
}

# A QEMU of our own making, found first.
mkdir "$work/old" "$work/broken" "$work/none"
printf '#!/bin/sh\necho "QEMU emulator version 5.2.0 (Debian 1:5.2)"\n' > "$work/old/qemu-system-x86_64"
printf '#!/bin/sh\necho "cannot set up guest memory" >&2; exit 1\n' > "$work/broken/qemu-system-x86_64"
chmod +x "$work"/*/qemu-system-x86_64

with_broken_qemu() {
    PATH=$work/broken:$PATH "$rig" direct --log="$work/log" --result="$work/result" "$guest" > "$work/out" 2>&1
    status=$?
    cat "$work/out"
    [ "$status" -eq 12 ] && grep -q 'cannot set up guest memory' "$work/out" && grep -q '"rig"' "$work/result"
}

head -c 2000 "$guest" > "$work/short.elf"
sed 's/xen-3.0/xen-9.9/' "$guest" > "$work/other.elf"
: > "$work/empty.log"

check "no command" refuses 'a command is missing' "$rig"
check "an unknown command" refuses 'boil: no such command' "$rig" boil
check "an unknown option" refuses '--boil: no such option' "$rig" direct --boil "$guest"
check "no kernel named" refuses 'KERNEL.elf is missing' "$rig" direct
check "no such file" refuses 'No such file' "$rig" direct "$work/absent.elf"
check "not an ELF" refuses 'not an ELF file' "$rig" direct tests/rig/input.sh
check "an ELF that is no kernel" refuses 'not a linked kernel' "$rig" direct "$rig"
check "an ELF cut short" refuses 'not a Xen PV guest' "$rig" direct "$work/short.elf"
check "an ELF that is no PV guest" refuses 'not a Xen PV guest' "$rig" direct "$work/other.elf"
check "a disk in a direct run" refuses 'use rig domain with --disk' "$rig" direct --disk=x "$guest"
check "a port in a direct run" refuses 'use rig domain with --forward' "$rig" direct --forward=8080:80 "$guest"
check "a script in a direct run" refuses 'no dom0 for --script' "$rig" direct --script=x "$guest"
check "input in a direct run" refuses 'no dom0 for --input' "$rig" direct --input=x "$guest"
check "no hypervisor" refuses 'make setup' "$rig" direct --build="$work" "$guest"
check "a log that cannot be written" refuses '--log' "$rig" direct --log="$work/no/such/log" "$guest"
check "a command line too long for Xen" refuses 'at most 1023' "$rig" direct --cmdline="$(printf '%01100d' 0)" "$guest"
check "QEMU missing" refuses 'qemu-system-x86' env PATH="$work/none" "$PWD/$rig" direct "$guest"
check "QEMU too old" refuses '7.0 or newer' env PATH="$work/old:$PATH" "$rig" direct "$guest"
check "QEMU that fails is the rig's fault, and its words are shown" with_broken_qemu
check "decode: no kernel named" refuses '--kernel=KERNEL.elf is missing' "$rig" decode "$work/empty.log"
check "decode: no dump in the log" refuses 'no crash dump' "$rig" decode --kernel="$guest" "$work/empty.log"
check "help" helps --help
check "help of a command" helps direct --help
check "a trial of QEMU" works
finish
