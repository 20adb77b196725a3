# For shell tests: `check "what" command...` prints ok or not ok, and what the command printed when it failed.
number=0
failures=0
check() {
    number=$((number + 1))
    what=$1
    shift
    if output=$("$@" 2>&1); then
        echo "ok $number - $what"
    else
        echo "not ok $number - $what"
        printf '%s\n' "$output" | sed 's/^/# /' | tail -n 40
        failures=$((failures + 1))
    fi
}

# The last command of a test file.
finish() {
    echo "1..$number"
    [ "$failures" -eq 0 ]
}
