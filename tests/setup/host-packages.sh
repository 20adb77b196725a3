#!/bin/sh
# tools/setup/host-packages: what it finds missing, and what it says when it cannot help.
set -eu
. tests/setup/tap.sh
suite=host-packages

export HOST_PACKAGES="$place/list"
printf 'dpkg  all  installs packages\nno-such-thing  all  is never there\nno-such-check  ci  is never there\n' \
    >"$HOST_PACKAGES"
chmod 755 "$place"

# As somebody who may not install: root becomes nobody.
as_user() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    else
        "$@"
    fi
}

# A folder of programs in which there is no sudo, and no apt-get unless it is named.
programs() {
    rm -rf "$place/bin"
    mkdir "$place/bin"
    for name in awk basename cat comm dirname dpkg-query env id mktemp paste rm sh sort timeout xargs "$@"; do
        ln -s "$(command -v "$name")" "$place/bin/$name"
    done
}

missing() {
    ends 0 tools/setup/host-packages --missing
    [ "$(cat "$output")" = no-such-thing ]
}

groups() {
    ends 0 tools/setup/host-packages --missing all ci
    [ "$(cat "$output")" = "no-such-check no-such-thing" ]
}

nothing_missing() {
    echo 'dpkg  all  installs packages' >"$place/short"
    HOST_PACKAGES=$place/short ends 0 tools/setup/host-packages
    [ ! -s "$output" ]
}

# A copy, since nobody may not be allowed to look into the repository.
ordinary_user() {
    programs apt-get
    cp -r tools/setup "$place/setup"
    ends 1 as_user env PATH="$place/bin" TMPDIR=/tmp "$place/setup/host-packages"
    says "is never there"
    says "become root and type: apt-get update && apt-get install --no-install-recommends no-such-thing"
}

not_debian() {
    programs
    PATH=$place/bin ends 1 tools/setup/host-packages
    says "this is not Debian (no apt-get)"
}

check "only what is not installed counts as missing" missing
check "other groups are added" groups
check "nothing is said when nothing is missing" nothing_missing
check "an ordinary user is told why and what to type" ordinary_user
check "a machine without apt-get is told so" not_debian
finish
