#!/bin/bash
# Makes a machine the Salt master: fetches the public tree of states, waits for the VPN, fetches the secrets from the office, starts Salt.
#
# It runs at every boot, since the secrets are kept in memory only, and may be interrupted and run again at any time: what is there
# already is used. Each wait is bounded and says what it waits for; when one is in vain the script fails, and systemd runs it again later.
#
# salt-master.sh [SETTINGS]: the settings are lines of NAME='value'; the environment may set them, too.
set -u

settings="${1:-/etc/salt-master-bootstrap.conf}"
set -a
# shellcheck source=/dev/null
if [ -r "$settings" ]; then . "$settings"; fi
set +a

# Where the tree of states is read from, a machine of the office that answers to ping when the VPN works, and where that office serves the
# secrets, a file of pillars, to this machine's address only.
for name in REPOSITORY OFFICE_HOST SECRETS_URL; do
    if [ -z "${!name:-}" ]; then
        printf 'salt-master: %s is not set in %s\n' "$name" "$settings" >&2
        exit 2
    fi
done
REFERENCE="${REFERENCE:-main}"
TREE="${TREE:-/srv/blog}"
# Memory, not a disk.
SECRETS="${SECRETS:-/run/salt-secrets}"
# Whose the secrets are: the user that the master runs as.
SECRETS_OWNER="${SECRETS_OWNER:-salt}"
# How many seconds each thing is waited for, and how many milliseconds pass between the first two tries. The pause doubles up to 64 of it.
PATIENCE="${PATIENCE:-3600}"
PAUSE="${PAUSE:-1000}"

say() {
    printf 'salt-master: %s\n' "$*"
}

# Tries something until it succeeds: patiently WHAT COMMAND...
patiently() {
    local what="$1" pause="$PAUSE" end=$((SECONDS + PATIENCE))
    shift
    until "$@"; do
        if [ "$SECONDS" -ge "$end" ]; then
            say "$what: not so after $PATIENCE seconds. I give up for now"
            return 1
        fi
        say "$what: waiting, $((end - SECONDS)) seconds are left"
        sleep "$((pause / 1000)).$(printf '%03d' $((pause % 1000)))" &
        wait $!
        if [ "$pause" -lt $((64 * PAUSE)) ]; then pause=$((2 * pause)); fi
    done
    say "$what: done"
}

# A tree that is there stays in use when it cannot be renewed. A new one takes its place when it is complete.
fetch_tree() {
    if [ -d "$TREE/.git" ]; then
        if ! { git -C "$TREE" fetch --quiet --depth 1 origin "$REFERENCE" && git -C "$TREE" reset --quiet --hard FETCH_HEAD; }; then
            say 'the tree of states cannot be renewed: the one that is there is used'
        fi
        return 0
    fi
    rm -rf "$TREE.new"
    git clone --quiet --depth 1 --branch "$REFERENCE" "$REPOSITORY" "$TREE.new" && mv "$TREE.new" "$TREE"
}

office_answers() {
    ping -n -q -c 1 -W 2 "$OFFICE_HOST" >/dev/null 2>&1
}

# The secrets go into a file that only their owner reads, and nowhere else: an answer that is no success is not kept.
fetch_secrets() {
    local code
    install -d -m 0700 "$SECRETS" && install -m 0600 /dev/null "$SECRETS/.new" || return 1
    code=$(curl --silent --proto '=https' --max-time 20 --output "$SECRETS/.new" --write-out '%{http_code}' "$SECRETS_URL")
    case "$code $(wc -c 2>/dev/null <"$SECRETS/.new")" in
    '200 0') say 'the office serves empty secrets' ;;
    200\ *)
        chown -R "$SECRETS_OWNER" "$SECRETS" && mv "$SECRETS/.new" "$SECRETS/secrets.sls"
        return $?
        ;;
    403\ *) say 'the office refuses to serve the secrets (403): it serves them to one address only, is that this one?' ;;
    000\ *) say 'the office does not answer by https' ;;
    *) say "the office does not serve the secrets (${code:-no answer})" ;;
    esac
    rm -f "$SECRETS/.new"
    return 1
}

start_salt() {
    systemctl enable --quiet salt-master salt-minion && systemctl restart salt-master salt-minion
}

trap 'exit 130' INT TERM

patiently "fetching the tree of states from $REPOSITORY" fetch_tree || exit 1
patiently "reaching $OFFICE_HOST through the VPN" office_answers || exit 1
patiently 'fetching the secrets from the office' fetch_secrets || exit 1
patiently 'starting Salt' start_salt || exit 1
