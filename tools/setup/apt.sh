# A private apt: the machine's mirror and proxy, but our own lists and sources, so that no root is needed and nothing of
# the machine's apt changes. Sourced after common.sh; everything is below $work.

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# The address of the machine's Debian mirror; $1 is a suite's ending: empty, or -security.
mirror() {
    sed -nE "s#^'(.*/)dists/(bookworm|trixie|forky|stable|oldstable|testing|sid|unstable)$1/InRelease'.*#\1#p" \
        "$work/apt/machine" | head -n 1
}

# Write $work/apt, and name it to apt in APT_CONFIG. Asks the machine's apt where its mirrors are; uses no network.
apt_private() {
    command -v apt-get >/dev/null || fail "apt-get is missing: set-up needs Debian 12, or a container of it"
    mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/apt/none"
    apt-get -o Dir::State::Lists="$work/apt/lists" update --print-uris >"$work/apt/machine" 2>"$work/apt/log" ||
        fail "apt-get does not name its mirror: $(tail -n 1 "$work/apt/log")"
    debian=$(mirror '')
    security=$(mirror -security)
    [ -n "$debian" ] || fail "no Debian mirror in apt's sources: see /etc/apt/sources.list"
    cat >"$work/apt/conf" <<END
Dir::State::Lists "$work/apt/lists";
Dir::Cache "$work/apt/cache";
Dir::Etc::SourceList "$work/apt/sources";
Dir::Etc::SourceParts "$work/apt/none";
Dir::Etc::Preferences "$work/apt/none/preferences";
Dir::Etc::PreferencesParts "$work/apt/none";
APT::Sandbox::User "";
Acquire::ForceHash "sha256";
Acquire::Languages "none";
Acquire::Retries "3";
END
    export APT_CONFIG="$work/apt/conf"
}

# apt_lists LINE...: fetch the lists of these sources ("deb SUITE" or "deb-src SUITE"); their signatures are checked.
apt_lists() {
    : >"$work/apt/sources"
    for line in "$@"; do
        address=$debian
        case $line in *-security) address=$security ;; esac
        [ -z "$address" ] ||
            echo "${line% *} [signed-by=$keyring] $address ${line#* } main" >>"$work/apt/sources"
    done
    run 900 apt-get -q update >"$work/apt/log" 2>&1 && ! grep -q '^[EW]:' "$work/apt/log"
}

# download URI FILE BYTES SHA256: into $work, checked, then renamed into $packages; nothing when it is there already.
download() {
    if [ -f "$packages/$2" ] && echo "$4  $packages/$2" | sha256sum --quiet -c >/dev/null 2>&1; then
        return
    fi
    say "fetching $2 ($(size "$3"))"
    run 1800 /usr/lib/apt/apt-helper download-file "$1" "$work/$2" "SHA256:$4" >"$work/apt/log" 2>&1 || return
    echo "$4  $work/$2" | sha256sum --quiet -c >/dev/null 2>&1 || return
    mv "$work/$2" "$packages/$2"
}
