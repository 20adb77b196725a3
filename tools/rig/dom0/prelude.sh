# What a script of `rig domain --script` may use besides busybox, xl and xenstore-*. It runs under sh -eu, in /run.
# $GUEST is the guest's name; /run/console what its console has said so far; /run/guest.cfg its configuration.

GUEST=guest
cd /run

# fail TEXT...: end the script, which has failed for this reason.
fail() {
    echo "failed: $*"
    exit 1
}

# step TEXT...: say what comes next, for the reader of the log.
step() {
    echo "$*"
}

# guest_says TEXT SECONDS: wait until the guest's console says TEXT behind what was waited for before; else fail.
guest_says() {
    guest-says "$1" "$2" || fail "waiting for the guest"
}

# uptime: whole seconds since dom0 began.
uptime() {
    read -r up _ </proc/uptime
    echo "${up%.*}"
}

# await SECONDS WHAT COMMAND...: repeat the command until it succeeds; else fail, naming WHAT.
await() {
    seconds=$1
    what=$2
    shift 2
    end=$(($(uptime) + seconds))
    until "$@"; do
        [ "$(uptime)" -lt "$end" ] || fail "waited $seconds s in vain for $what"
        sleep 0.1
    done
}

# guest_path: the guest's place in xenstore.
guest_path() {
    echo "/local/domain/$(xl domid "$GUEST")"
}

# guest_type TEXT...: type a line into the guest's console.
guest_type() {
    echo "$*" >"$(xenstore-read "$(guest_path)/console/tty")"
}

# guest_console: the program behind `xl console`, which alone types only when its input and output are terminals.
guest_console() {
    xenconsole "$(xl domid "$GUEST")" --interactive
}

# guest_save FILE, guest_restore FILE: to a file and back, as a new domain.
guest_save() {
    timeout 60 xl save "$GUEST" "$1"
}

guest_restore() {
    timeout 60 xl restore "$1"
}

# guest_migrate: into another domain of this machine while it is saved, without a file in between. `xl migrate` does the
# same, but first copies pages while the guest runs, for which this hypervisor lacks shadow paging.
guest_migrate() {
    sed "s/^name=.*/name=\"$GUEST--incoming\"/" "$GUEST.cfg" >incoming.cfg
    mkfifo stream
    timeout 120 xl restore incoming.cfg stream &
    timeout 120 xl save "$GUEST" stream
    wait $! || fail "the guest did not arrive"
    rm stream
    xl rename "$GUEST--incoming" "$GUEST"
}
