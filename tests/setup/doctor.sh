#!/bin/sh
# tools/setup/doctor: a healthy machine, and some that are not.
set -eu
. tests/setup/tap.sh
suite=doctor

export CACHE="$place/cache"

# A program of this name that stands before the real one, with the lines of standard input.
fake() {
    mkdir -p "$place/bin"
    { echo '#!/bin/sh' && cat; } >"$place/bin/$1"
    chmod +x "$place/bin/$1"
}

doctor() {
    PATH=$place/bin:$PATH tools/setup/doctor "$place/build"
    status=$?
    rm -rf "$place/bin"
    return "$status"
}

# The sandbox is not for this test to judge: there is none in a container.
healthy() {
    echo 'exit 0' | fake bwrap
    ends 0 doctor
    says "booted a machine"
    says "all is well"
}

old_qemu() {
    echo 'echo "QEMU emulator version 6.2.0"' | fake qemu-system-x86_64
    ends 1 doctor
    says "FAIL  QEMU         is 6.2.0; 7.0 or later is needed"
    says "apt-get install --no-install-recommends qemu-system-x86"
    says "to mend"
}

# It has the right version and boots nothing.
dead_qemu() {
    fake qemu-system-x86_64 <<'END'
case $1 in --version) echo "QEMU emulator version 7.2.9" ;; *) echo "no such machine" >&2; exit 1 ;; esac
END
    ends 1 doctor
    says "7.2.9 boots no machine: no such machine"
}

bad_compiler() {
    echo 'echo "broken compiler" >&2; exit 1' | fake gcc
    ends 1 doctor
    says "gcc makes no kernel image: broken compiler"
}

bad_cache() {
    CACHE=/proc/none ends 1 doctor
    says "FAIL  cache"
    says "export XDG_CACHE_HOME="
}

damaged_cache() {
    mkdir -p "$CACHE/packages" "$CACHE/newlib-test"
    echo "0000000000000000000000000000000000000000000000000000000000000000  gone.deb" >"$CACHE/packages/taken"
    ends 1 doctor
    says "is damaged"
    rm -rf "$CACHE"
}

check "a machine with all it needs" healthy
check "QEMU is too old" old_qemu
check "QEMU boots nothing" dead_qemu
check "the compiler does not work" bad_compiler
check "the cache cannot be written" bad_cache
check "the cache is damaged" damaged_cache
finish
