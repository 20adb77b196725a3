# For shell tests that grade: judge, and what it needs. $grade is the grader's program.
#
# What a mistake breaks for sure is told from what it breaks by luck: a kernel whose registers or memory are spoilt may stop
# anywhere. mark.ini names both:
#   fails   checks that fail whatever happens, or are skipped since one in `may` has failed
#   may     checks that fail with some luck; patterns, as direct.*
#   mark    what is left of 100 points when those in `fails` have failed, and no other
. tests/boot/tap.sh

# mark_value FOLDER KEY: the value in FOLDER/mark.ini
mark_value() {
    sed -n "s/^$2 *= *//p" "$1/mark.ini"
}

# mark_after LAB CHECK...: the points of the checks that pass when these fail, and those that need them are not made
mark_after() {
    in_lab=$1
    shift
    awk -v failed=" $* " -v FS=' *= *' '
        /^\[/ { check = "" }
        /^\[check / { check = substr($0, 8, length($0) - 8); needs[check] = "" }
        check != "" && $1 == "points" { points[check] = $2 }
        check != "" && $1 == "needs" { needs[check] = $2 }
        function passes(name, list, count, i) {
            count = split(needs[name], list, " ")
            for (i = 1; i <= count; i++) {
                if (!passes(list[i])) {
                    return 0
                }
            }
            return index(failed, " " name " ") == 0
        }
        END {
            for (name in points) {
                mark += passes(name) ? points[name] : 0
            }
            print mark + 0
        }' labs/[0-9][0-9]-"$in_lab"/lab.ini
}

# Are all words of the first list in the second one, which may have patterns?
all_in() (
    set -f
    for word in $1; do
        found=
        for pattern in $2; do
            case $word in $pattern) found=1 ;; esac
        done
        [ -n "$found" ] || return 1
    done
)

# checks_that RESULT: those of $verdict with that result
checks_that() {
    echo "$verdict" | sed -n "s/^  \($1\) *\([^ ]*\).*/\2/p"
}

# graded LAB MARK FAILS MAY SAYS OPTION...: are those the checks that failed, is that the mark, and was it said?
graded() {
    lab=$1 mark=$2 fails=$3 may=$4 says=$5
    shift 5
    verdict=$("$grade" --lab="$lab" "$@" 2>&1) || { echo "$verdict"; return 1; }
    echo "$verdict"
    failed=$(checks_that 'FAIL\|CRASH\|TIMEOUT\|INFRA')
    skipped=$(checks_that SKIP)
    left=$(mark_after "$lab" $failed)
    echo "expected $lab: $mark/100, failed: $fails${may:+, perhaps also $may}; failed: $(echo $failed), which leaves $left/100"
    all_in "$fails" "$failed $skipped" && all_in "$failed" "$fails $may" &&
        [ "$mark" = "$(mark_after "$lab" $fails)" ] &&
        [ "$(echo "$verdict" | tail -n 1)" = "$lab: $left/100" ] && echo "$verdict" | grep -qF -- "$says"
}

# judge WHAT FOLDER OPTION...: the grading with these options comes to what FOLDER/mark.ini says
judge() {
    what=$1 folder=$2
    shift 2
    check "$what: $(mark_value "$folder" mark)/100, since $(mark_value "$folder" why)" \
        graded "${lab_name:-boot}" "$(mark_value "$folder" mark)" "$(mark_value "$folder" fails)" \
        "$(mark_value "$folder" may)" "$(mark_value "$folder" says)" "$@"
}
