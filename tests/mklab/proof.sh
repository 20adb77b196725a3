#!/bin/sh
# The proof for every lab of this project: its tree can be made, and no line of the answer is in it: proof.sh MKLAB FOLDER
set -eu

mklab=$1
folder=$2
number=0
failed=0

ok() { # NAME COMMAND…
    name=$1
    shift
    number=$((number + 1))
    if said=$("$@" 2>&1); then
        printf 'ok %d - labs: %s\n' $number "$name"
    else
        printf 'not ok %d - labs: %s\n' $number "$name"
        printf '%s\n' "$said" | sed 's/^/# /'
        failed=1
    fi
}

ok 'markers and lab.ini files follow the rules' "$mklab" check
labs=$("$mklab" labs | cut -f 2)
for lab in $labs; do
    ok "$lab: the tree is made" "$mklab" tree --lab="$lab" --again --out="$folder/$lab"
    ok "$lab: no line of the answer is in it" "$mklab" leak --lab="$lab" --tree="$folder/$lab"
done
printf '1..%d\n' $number
exit $failed
