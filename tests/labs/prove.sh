#!/bin/sh
# The proof of each lab, as TAP: prove.sh GRADE MKLAB [LAB...]
#
# The reference gets all points; untouched holes get no more than lab.ini allows, and a message that names one of them; each
# submission in solutions/NN-name/right and wrong gets the mark, and fails the checks, that its mark.ini names (judge.sh). A submission is
# the reference with its own files in place, and with its change.patch applied. SEED= and TOKEN= in the environment are the gradings'
# own: the same ones each time, so that the same comes of it, unless somebody wants others.
set -u
. tests/labs/judge.sh
grade=$1
mklab=$2
shift 2
seed=${SEED:-1}
token=${TOKEN:-1}
work=$(mktemp -d build/tests/proof.XXXXXX) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

empty_lab() { # LAB MOST
    verdict=$("$grade" --lab="$1" --skeleton 2>&1) || { echo "$verdict"; return 1; }
    echo "$verdict"
    points=$(echo "$verdict" | tail -n 1 | sed -n "s|^$1: \([0-9]*\)/100$|\1|p")
    echo "expected at most $2, and a hole by name"
    [ -n "$points" ] && [ "$points" -le "$2" ] && echo "$verdict" | grep -q '^  stopped at a hole'
}

failed() { # FILE
    cat "$1"
    return 1
}

# Put together in $work/submission what FOLDER of the lab LAB changes.
put_together() { # LAB FOLDER
    rm -rf "$work/submission"
    cp -r "$work/$1" "$work/submission"
    cp -r "$2"/. "$work/submission"
    [ ! -f "$2/change.patch" ] || patch -s -p1 --fuzz=0 -d "$work/submission" < "$2/change.patch"
}

for lab_name in ${*:-$("$mklab" labs | cut -f 2)}; do
    folder=$(basename "$(dirname labs/[0-9][0-9]-"$lab_name"/lab.ini)")
    empty=$(sed -n 's/^empty *= *\([0-9]*\).*/\1/p' "labs/$folder/lab.ini")
    "$mklab" tree --lab="$lab_name" --solved --out="$work/$lab_name" >/dev/null || exit 1
    check "$lab_name: the reference gets 100/100" graded "$lab_name" 100 "" "" "" --seed="$seed" --token="$token"
    check "$lab_name: open holes get at most $empty/100, and one is named" empty_lab "$lab_name" "$empty"
    for submission in "solutions/$folder"/right/* "solutions/$folder"/wrong/*; do
        if [ -d "$submission" ]; then
            if put_together "$lab_name" "$submission" > "$work/refused"; then
                judge "$submission" "$submission" --submission="$work/submission" --seed="$seed" --token="$token"
            else
                check "$submission: its change fits the reference" failed "$work/refused"
            fi
        fi
    done
done
finish
