# A private apt: the machine's mirror and proxy, but our own lists and sources, so that no root is needed and nothing of
# the machine's apt changes. Sourced after common.sh; its files are below $work.

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# The address of the machine's Debian mirror; $1 is a suite's ending: empty, or -security.
mirror() {
    sed -nE "s#^'(.*/)dists/(bookworm|trixie|forky|stable|oldstable|testing|sid|unstable)$1/InRelease'.*#\1#p" \
        "$work/apt/machine" | head -n 1
}

# Write $work/apt, and name it to apt in APT_CONFIG. Asks the machine's apt where its mirrors are; uses no network.
apt_private() {
    command -v apt-get >/dev/null || fail "this is not Debian (no apt-get): use Debian 12, or a container of it"
    mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/apt/none"
    apt-get -o Dir::State::Lists="$work/apt/lists" update --print-uris >"$work/apt/machine" 2>"$work/apt/log" ||
        fail "apt-get does not name its mirror: $(apt_last_words)"
    debian=$(mirror '')
    security=$(mirror -security)
    [ -n "$debian" ] || fail "no Debian mirror in apt's sources: see /etc/apt/sources.list"
    apt_settings >"$work/apt/conf"
    export APT_CONFIG="$work/apt/conf"
}

apt_settings() {
    cat <<END
Dir::State::Lists "$work/apt/lists";
Dir::Cache "$work/apt/cache";
Dir::Etc::SourceList "$work/apt/sources";
Dir::Etc::SourceParts "$work/apt/none";
Dir::Etc::Preferences "$work/apt/none/preferences";
Dir::Etc::PreferencesParts "$work/apt/none";
APT::Sandbox::User "";
APT::Architecture "amd64";
APT::Update::Error-Mode "any";
Acquire::ForceHash "sha256";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
END
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
    run 900 apt-get -q update >"$work/apt/log" 2>&1
}

# What apt said last that is an error, for our own message.
apt_last_words() {
    grep '^E:' "$work/apt/log" | head -n 1 || tail -n 1 "$work/apt/log"
}

# fetch URI FILE BYTES SHA256: into the cache, checked before it gets its name there; nothing when it is there already.
fetch() {
    ! matches "$packages/$2" "$4" || return 0
    say "fetching $2 ($(size "$3"))"
    run 1800 /usr/lib/apt/apt-helper download-file "$1" "$work/$2" "SHA256:$4" >"$work/apt/log" 2>&1 &&
        matches "$work/$2" "$4" && mv "$work/$2" "$packages/$2"
}
