#!/bin/sh
# make-initrd.sh PACKAGES RUNNER OUT: the first file system of the rig's Linux dom0: busybox, xl and what it needs, the
# kernel modules that ./modules lists (each after those it needs), ./init, and RUNNER, the program that runs a job.
# The same input gives the same bytes.
set -eu

here=$(dirname "$0")
packages=$1
runner=$2
out=$3
tree=$out.tree
xen=$(basename "$packages"/usr/lib/xen-4.*)
libraries="$packages/lib/x86_64-linux-gnu $packages/usr/lib/x86_64-linux-gnu"

fail() {
    echo "make-initrd.sh: $*" >&2
    exit 1
}

# put FILE PLACE: copy a program or library, and every shared library that it names, into the tree.
put() {
    [ -f "$1" ] || fail "$1 is missing from the packages"
    cp -L "$1" "$tree/$2"
    for name in $(readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
        [ -e "$tree/lib/$name" ] || put_library "$name"
    done
}

put_library() {
    for directory in $libraries; do
        if [ -f "$directory/$1" ]; then
            put "$directory/$1" "lib/$1"
            return
        fi
    done
    fail "the packages have no library $1"
}

trap 'rm -rf "$tree" "$out.part"' EXIT
trap 'exit 130' INT TERM HUP
rm -rf "$tree"
mkdir -p "$tree/bin" "$tree/lib/modules" "$tree/dev" "$tree/proc" "$tree/sys" "$tree/run" "$tree/tmp" \
    "$tree/etc/xen/scripts" "$tree/var/log/xen/console" "$tree/var/lib/xen" "$tree/var/lock" "$tree/usr/lib/$xen"
# libxl looks for its helpers where they are installed; xl destroy fails quietly when /var/run is not /run.
ln -s /run "$tree/var/run"
ln -s /lib "$tree/lib64"
ln -s /bin "$tree/usr/lib/$xen/bin"

put "$packages/bin/busybox" bin/busybox
for name in sh mount mkdir insmod ip brctl sleep poweroff cat awk cmp cp cut date dd grep head kill ls mkfifo mv ps rm sed \
    rev seq sort tail timeout touch tr wc; do
    ln -s busybox "$tree/bin/$name"
done
for name in xl xenstored xenconsoled xenconsole xen-init-dom0 libxl-save-helper; do
    put "$packages/usr/lib/$xen/bin/$name" "bin/$name"
done
for name in read write exists ls list rm chmod watch; do
    put "$packages/usr/bin/xenstore-$name" "bin/xenstore-$name"
done
put "$runner" bin/runner
ln -s runner "$tree/bin/guest-says"
put_library libgcc_s.so.1 # glibc loads it by name when a thread is cancelled, and aborts without it

while read -r name; do
    module=$(find "$packages/lib/modules" -name "$name.ko")
    [ -n "$module" ] || fail "the kernel package has no module $name"
    cp "$module" "$tree/lib/modules/"
done <"$here/modules"
cp "$here/modules" "$tree/lib/modules/order"
cp "$here/init" "$tree/bin/"
cp "$here/prelude.sh" "$tree/lib/"
cp "$here/vif" "$tree/etc/xen/scripts/vif-bridge" # the names that libxl takes by default
cp "$here/block" "$tree/etc/xen/scripts/block"
echo 'autoballoon="off"' >"$tree/etc/xen/xl.conf"
ln -s bin/init "$tree/init"

find "$tree" -exec touch -h -d @0 {} +
(cd "$tree" && find . | LC_ALL=C sort | cpio --quiet -o -H newc --reproducible -R 0:0) | gzip -1n >"$out.part"
mv "$out.part" "$out"
