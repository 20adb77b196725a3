#!/bin/sh
# The proof of one lab, as TAP: prove-lab.sh GRADE MKLAB LAB
#
# The reference gets all points; untouched holes get no more than lab.ini allows, and a message that names one of them; each
# submission in solutions/NN-name/right and wrong gets the mark, and fails the checks, that its mark.ini names (judge.sh). It is
# the reference with its own files in place, and with its change.patch applied. SEED= and TOKEN= in the environment are the
# gradings' own: the same ones each time, so that the same comes of it, unless somebody wants others.
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
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

empty_lab() {
    verdict=$("$grade" --lab="$lab_name" --skeleton 2>&1) || { echo "$verdict"; return 1; }
    echo "$verdict"
    points=$(echo "$verdict" | tail -n 1 | sed -n "s|^$lab_name: \([0-9]*\)/100$|\1|p")
    echo "expected at most $empty, and a hole by name"
    [ -n "$points" ] && [ "$points" -le "$empty" ] && echo "$verdict" | grep -q '^  stopped at a hole'
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
check "$lab_name: the reference gets 100/100" graded "$lab_name" 100 "" "" "" --seed="$seed" --token="$token"
check "$lab_name: open holes get at most $empty/100, and one is named" empty_lab
for submission in "solutions/$folder"/right/* "solutions/$folder"/wrong/*; do
    if [ ! -d "$submission" ]; then
        continue
    fi
    if put_together "$submission" > "$work/refused"; then
        judge "$submission" "$submission" --submission="$work/submission" --seed="$seed" --token="$token"
    else
        check "$submission: its change fits the reference" failed "$work/refused"
    fi
done
finish
