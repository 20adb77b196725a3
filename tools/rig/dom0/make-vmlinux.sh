#!/bin/sh
# make-vmlinux.sh PACKAGES OUT: unpack the kernel proper from the Linux boot image in PACKAGES/boot into OUT.
# Xen would unpack it too, but under emulation, at every cold start and for every guest that boots it.
set -eu

image=$(ls "$1"/boot/vmlinuz-*)
out=$2

trap 'rm -f "$out.part"' EXIT
trap 'exit 130' INT TERM HUP

# A number of $2 bytes at offset $1 of the image (Documentation/x86/boot.rst of Linux names them).
number() {
    od -An -t "u$2" -j "$1" -N "$2" "$image" | tr -d ' '
}

sectors=$(number 497 1) # setup_sects
offset=$(number 584 4)  # payload_offset
length=$(number 588 4)  # payload_length, its last four bytes being the unpacked size
start=$(((sectors + 1) * 512 + offset))

case $(od -An -t x1 -j "$start" -N 4 "$image" | tr -d ' ') in
fd377a58) unpack="xz -dc" ;;
28b52ffd) unpack="zstd -dc" ;;
1f8b08*) unpack="gzip -dc" ;;
*)
    echo "make-vmlinux.sh: $image: packed in a way that this script does not know" >&2
    exit 1
    ;;
esac

tail -c "+$((start + 1))" "$image" | head -c "$((length - 4))" | $unpack >"$out.part"
mv "$out.part" "$out"
