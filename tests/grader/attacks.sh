#!/bin/sh
# The grader against submissions that attack it, as TAP: attacks.sh GRADE [NAME...]
#
# attacks/NAME/mark.ini says which of lab boot's files is attacked, which mark that must get, which checks must fail, and
# what the grader must say. The submission is the reference with before.c and after.c around that file.
set -u
. tests/labs/judge.sh
grade=$1
shift
work=$(mktemp -d build/tests/attacks.XXXXXX) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
files='kernel/xen/hypercall.S kernel/boot/start_info.c drivers/console/ring.c'

# make NAME: the submission, in $work/NAME
make_submission() {
    for file in $files; do
        mkdir -p "$work/$1/$(dirname "$file")"
        cp "$file" "$work/$1/$file"
    done
    attacked=$(mark_value "tests/grader/attacks/$1" file)
    for part in "tests/grader/attacks/$1/before.c" "$attacked" "tests/grader/attacks/$1/after.c"; do
        [ ! -f "$part" ] || cat "$part"
    done > "$work/$1/$attacked"
}

for attack in ${*:-$(ls tests/grader/attacks)}; do
    make_submission "$attack"
    judge "attack $attack" "tests/grader/attacks/$attack" --submission="$work/$attack"
done
finish
