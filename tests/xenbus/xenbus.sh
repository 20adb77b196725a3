#!/bin/sh
# Devices beside real backends, seen from both sides: tests/xenbus/xenbus.sh IMAGE
set -u
. tests/boot/tap.sh
image=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

devices_live() {
    cat tests/xenbus/seen.dom0 "tests/xenbus/$1.dom0" > "$work/dom0"
    dd if=/dev/zero of="$work/disk" bs=1M count=1 2> /dev/null
    build/bin/rig domain --vcpus=4 --memory=16 --timeout=400 --disk="$work/disk" --result="$work/result" \
        --log="$work/log" --script="$work/dom0" "$image" > "$work/out" 2>&1
    status=$?
    cat "$work/out"
    [ "$status" -eq 0 ] && grep -q '"xen_complaints":[[:space:]]*\[\]' "$work/result"
}

check "devices come, close, break, connect again and go" devices_live devices
check "saved and restored, they connect to new backends" devices_live save
finish
