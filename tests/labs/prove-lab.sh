#!/bin/sh
# The proof of one lab, as TAP: prove-lab.sh GRADE MKLAB LAB
#
# The reference gets all points; untouched holes get no more than lab.ini allows, and a message that names one of them; each
# submission in solutions/NN-name/right and wrong gets the mark, and fails the checks, that its mark.ini names (judge.sh). It is
# the reference with its own files in place, and with its change.patch applied. SEED= and TOKEN= in the environment are the
# gradings' own: the same ones each time, so that the same comes of it, unless somebody wants others.
#
# What has passed once is not run again as long as all that it depends on is the same, byte for byte; its line says so. A clean
# clone has nothing that has passed.
set -u
. tests/labs/judge.sh
grade=$1
mklab=$2
lab_name=$3
seed=${SEED:-1}
token=${TOKEN:-1}
folder=$(basename "$(dirname labs/[0-9][0-9]-"$lab_name"/lab.ini)")
empty=$(sed -n 's/^empty *= *\([0-9]*\).*/\1/p' "labs/$folder/lab.ini")
work=$(mktemp -d build/tests/proof.XXXXXX) || exit 1
proven=build/proven
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

sums() { # FILE OR FOLDER...
    find "$@" -type f -exec sha256sum {} + | LC_ALL=C sort -k 2 | sed "s#$work/##"
}

# All that a mark of this lab depends on, besides what is handed in: both trees that it is made from, the tools, the machine
# that boots, the judges, and every package of this computer.
inputs() {
    sums "$work/reference" "$work/hidden" "labs/$folder" "$grade" "$mklab" build/bin/rig build/xen build/dom0/vmlinux \
        build/dom0/initrd.gz tests/labs tests/boot/tap.sh || return 1
    dpkg-query -W || return 1
    echo "seed $seed token $token"
}

# once FOLDER FUNCTION: check FOLDER by that function, unless it has passed before and nothing has changed since.
once() {
    stamp=$proven/$({ echo "$2 $1 $inputs"; sums "$1"; } | sha256sum | cut -c 1-64)
    if [ -f "$stamp" ]; then
        number=$((number + 1))
        echo "ok $number - $(cat "$stamp") (proven before, unchanged)"
        return
    fi
    failures_before=$failures
    "$2" "$1"
    [ "$failures" -ne "$failures_before" ] || echo "$what" > "$stamp"
}

reference() {
    check "$lab_name: the reference gets 100/100" graded "$lab_name" 100 "" "" "" --seed="$seed" --token="$token"
}

empty_lab() {
    check "$lab_name: open holes get at most $empty/100, and one is named" graded_empty
}

graded_empty() {
    verdict=$("$grade" --lab="$lab_name" --skeleton 2>&1) || { echo "$verdict"; return 1; }
    echo "$verdict"
    points=$(echo "$verdict" | tail -n 1 | sed -n "s|^$lab_name: \([0-9]*\)/100$|\1|p")
    echo "expected at most $empty, and a hole by name"
    [ -n "$points" ] && [ "$points" -le "$empty" ] && echo "$verdict" | grep -q '^  stopped at a hole'
}

one_submission() { # FOLDER
    if put_together "$1" > "$work/refused"; then
        judge "$1" "$1" --submission="$work/submission" --seed="$seed" --token="$token"
    else
        check "$1: its change fits the reference" failed "$work/refused"
    fi
}

failed() { # FILE
    cat "$1"
    return 1
}

# Put together in $work/submission what FOLDER changes.
put_together() { # FOLDER
    rm -rf "$work/submission"
    cp -r "$work/reference" "$work/submission"
    cp -r "$1"/. "$work/submission"
    [ ! -f "$1/change.patch" ] || patch -s -p1 --fuzz=0 -d "$work/submission" < "$1/change.patch"
}

"$mklab" tree --lab="$lab_name" --solved --out="$work/reference" > /dev/null || exit 1
"$mklab" tree --lab="$lab_name" --hidden --out="$work/hidden" > /dev/null || exit 1
inputs=$(inputs) || exit 1
mkdir -p "$proven"
once "labs/$folder" reference
once "labs/$folder" empty_lab
for submission in "solutions/$folder"/right/* "solutions/$folder"/wrong/*; do
    [ ! -d "$submission" ] || once "$submission" one_submission
done
finish
