# For shell tests that grade: judge, and what it needs. $grade is the grader's program.
. tests/boot/tap.sh

# mark_value FOLDER KEY: the value in FOLDER/mark.ini
mark_value() {
    sed -n "s/^$2 *= *//p" "$1/mark.ini"
}

# graded LAB MARK FAILS SAYS OPTION...: is that the mark, are those the checks that failed, and was it said?
graded() {
    lab=$1 mark=$2 fails=$3 says=$4
    shift 4
    verdict=$("$grade" --lab="$lab" "$@" 2>&1) || { echo "$verdict"; return 1; }
    echo "$verdict"
    failed=$(echo "$verdict" | sed -n 's/^  \(FAIL\|CRASH\|TIMEOUT\|INFRA\) *\([^ ]*\).*/\2/p' | sort | tr '\n' ' ')
    wanted=$(echo $fails | tr ' ' '\n' | sort | tr '\n' ' ')
    echo "expected $lab: $mark/100, failed: $wanted$says"
    [ "$(echo "$verdict" | tail -n 1)" = "$lab: $mark/100" ] && [ "$failed" = "${wanted# }" ] &&
        echo "$verdict" | grep -qF -- "$says"
}

# judge WHAT FOLDER OPTION...: the grading with these options comes to what FOLDER/mark.ini says
judge() {
    what=$1 folder=$2
    shift 2
    check "$what: $(mark_value "$folder" mark)/100, since $(mark_value "$folder" why)" \
        graded "${lab_name:-boot}" "$(mark_value "$folder" mark)" "$(mark_value "$folder" fails)" "$(mark_value "$folder" says)" "$@"
}
