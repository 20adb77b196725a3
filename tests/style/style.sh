#!/bin/sh
# How the sources look: formatted, without a warning from the other compiler, scripts in plain sh. The flags come from
# tests/style/style-tests.mk as KERNEL_FLAGS, LIBC_FLAGS, HOST_FLAGS, RUNNER_FLAGS.
set -u
. tests/boot/tap.sh

sources() {
    git ls-files -- "$@"
}

formatted() {
    sources '*.c' '*.h' | grep -vE '^(solutions|tests/grader/attacks)/' | xargs clang-format --dry-run --Werror
}

# compiles FLAGS PATTERN...
compiles() {
    flags=$1
    shift
    sources "$@" | xargs -n 1 clang $flags -Werror -fsyntax-only
}

plain_sh() {
    git ls-files | while read -r file; do
        case $(head -c 9 "$file" | tr -d '\0') in '#!/bin/sh') dash -n "$file" || exit 1 ;; esac
    done
}

nothing_left_to_do() {
    ! git grep -nIE '\b(TODO|FIXME|XXX|HACK)\b' -- '*.[chS]' '*.sh' '*.mk' Makefile | grep -v LAB_TODO
}

no_large_file() {
    large=$(git ls-files -z | xargs -0 du -k | awk '$1 > 300 {print $2}')
    [ -z "$large" ] || { echo "larger than 300 KB: $large"; return 1; }
}

check "sources are formatted: make format" formatted
check "the kernel compiles with clang without a warning" compiles "$KERNEL_FLAGS" 'kernel/*.c' 'drivers/*.c' ':!kernel/sync/lock_check.c'
check "a debug build's locks do, too" compiles "$KERNEL_FLAGS -DDEBUG_LOCKS" 'kernel/sync/*.c'
check "the C library's port and the applications do, too" compiles "$LIBC_FLAGS" 'lib/*.c' 'apps/*.c'
check "the tools do, too" compiles "$HOST_FLAGS" 'tools/*.c' 'grader/*.c' ':!tools/rig/dom0'
check "what runs in dom0 does, too" compiles "$RUNNER_FLAGS" 'tools/rig/dom0/*.c'
check "scripts are plain sh" plain_sh
check "nothing is left to do" nothing_left_to_do
check "no file is larger than 300 KB" no_large_file
finish
