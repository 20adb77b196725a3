#!/bin/sh
# tools/setup/fetch-pinned, against a mirror that is a folder of this machine: no network is used.
set -eu
. tests/setup/tap.sh
suite=fetch

mirror=$place/mirror
pool=pool/main/s/stone
export CACHE="$place/cache" PINS="$place/pins" APT_CONFIG="$place/apt.conf"

# apt of a machine whose mirror is our folder, which has one file.
mkdir -p "$mirror/$pool" "$place/none"
echo "granite" >"$mirror/$pool/stone_1.0.orig.tar.gz"
sum=$(sha256sum <"$mirror/$pool/stone_1.0.orig.tar.gz" | cut -d ' ' -f 1)
echo "deb [trusted=yes] copy:$mirror/ bookworm main" >"$place/sources"
cat >"$APT_CONFIG" <<END
Dir::Etc::SourceList "$place/sources";
Dir::Etc::SourceParts "$place/none";
END
file=$CACHE/packages/stone_1.0.orig.tar.gz

# start SHA256 [FILE]: an empty cache, and a table of pins with this line.
start() {
    rm -rf "$CACHE"
    echo "stone 1.0-1 source bookworm 8 $1 $pool/${2:-stone_1.0.orig.tar.gz}" >"$PINS"
}

nothing_left() {
    left=$(find "$CACHE" -name '.work*' -o -name 'stone*')
    [ -z "$left" ] || {
        echo "left behind: $left" >>"$output"
        return 1
    }
}

good_file() {
    start "$sum"
    ends 0 tools/setup/fetch-pinned stone
    says "fetching stone_1.0.orig.tar.gz (1 kB)"
    cmp "$file" "$mirror/$pool/stone_1.0.orig.tar.gz"
}

second_run() {
    start "$sum"
    ends 0 tools/setup/fetch-pinned stone
    mv "$mirror" "$place/gone"
    ends 0 tools/setup/fetch-pinned stone
    mv "$place/gone" "$mirror"
    [ ! -s "$output" ]
}

wrong_sum() {
    start "$(echo other | sha256sum | cut -d ' ' -f 1)"
    ends 1 tools/setup/fetch-pinned stone
    says "could not fetch stone 1.0-1"
    nothing_left
}

half_a_file() {
    start "$sum"
    mkdir -p "$CACHE/packages"
    echo "gran" >"$file"
    ends 0 tools/setup/fetch-pinned stone
    cmp "$file" "$mirror/$pool/stone_1.0.orig.tar.gz"
}

not_on_mirror() {
    start "$sum" stone_0.9.orig.tar.gz
    ends 1 tools/setup/fetch-pinned stone
    says "could not fetch stone 1.0-1"
    says "connect, run again"
    nothing_left
}

unknown_name() {
    start "$sum"
    ends 1 tools/setup/fetch-pinned pebble
    says "there is no pebble in tools/setup/pins"
}

bad_cache() {
    start "$sum"
    CACHE=/proc/none ends 1 tools/setup/fetch-pinned stone
    says "cannot write to the cache /proc/none: set XDG_CACHE_HOME"
}

no_home() {
    start "$sum"
    ends 0 env -u HOME -u XDG_CACHE_HOME tools/setup/fetch-pinned stone
}

check "a pinned file comes from the machine's mirror" good_file
check "the second run uses no mirror and says nothing" second_run
check "a file with another sum is refused" wrong_sum
check "half a file in the cache is replaced" half_a_file
check "what the mirror does not have is named" not_on_mirror
check "a name that is not pinned is named" unknown_name
check "a cache that cannot be written is named" bad_cache
check "it works without HOME" no_home
finish
