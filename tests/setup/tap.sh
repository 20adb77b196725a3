# Shell tests that print TAP lines. Sourced, from the repository's folder. Each test is a function; whatever it makes is
# below $place.
count=0
failures=0
place=$(mktemp -d "${TMPDIR:-/tmp}/stardust-test.XXXXXX")
trap 'rm -rf "$place"' EXIT
trap 'exit 130' INT TERM HUP
output=$place/output

# check NAME FUNCTION: a test fails at its first command that does. What the last command said is then shown. Not an
# if-condition: there the shell would go on after a failed command.
check() {
    count=$((count + 1))
    : >"$output"
    set +e
    (
        set -e
        "$2"
    )
    status=$?
    set -e
    if [ "$status" = 0 ]; then
        echo "ok $count - $suite: $1"
        return
    fi
    echo "not ok $count - $suite: $1"
    sed 's/^/# /' "$output"
    failures=$((failures + 1))
}

# The plan, and the exit status of the whole.
finish() {
    echo "1..$count"
    [ "$failures" = 0 ]
}

# ends STATUS COMMAND...: does it end with this status? What it says goes to $output.
ends() {
    wanted=$1
    shift
    status=0
    "$@" >"$output" 2>&1 </dev/null || status=$?
    [ "$status" = "$wanted" ] || {
        echo "exit status $status, expected $wanted" >>"$output"
        return 1
    }
}

# says TEXT: is it in what the last command said?
says() {
    grep -qF -- "$1" "$output" || {
        echo "expected: $1" >>"$output"
        return 1
    }
}
