#!/bin/bash
# Lets a machine that was copied from another one's disk be itself: it drops what Salt and systemd know the other one by.
#
# It runs before the Salt minion at every boot. Whether this is a copy it sees by itself: the id of the machine that the disk belonged to is kept
# on it. It is written last, so that a run that was interrupted is repeated. Without success the minion is not started, since two machines
# with one identity are worse than one that is missing.
#
# forget-identity.sh [ROLE]: the minion of a new machine is called ROLE-INSTANCE.
set -u

role="${1:-${ROLE:-}}"
root="${ROOT:-}"
TRIES="${TRIES:-30}"
PAUSE="${PAUSE:-2}"

say() {
    printf 'forget-identity: %s\n' "$*"
}

if [ -z "$role" ]; then
    say 'the role is not told' >&2
    exit 2
fi

# Which instance this is, as the service of metadata says.
instance() {
    local base='http://169.254.169.254/latest' token
    token=$(curl -sf -m 2 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$base/api/token") &&
        curl -sf -m 2 -H "X-aws-ec2-metadata-token: $token" "$base/meta-data/instance-id"
}

id=''
for ((try = 1; try <= TRIES; try++)); do
    id=$(instance) && break
    say "the service of metadata does not say which instance this is (try $try of $TRIES)"
    sleep "$PAUSE"
done
case "$id" in
i-*) ;;
*)
    say 'it is not known which instance this is: the minion has to wait'
    exit 1
    ;;
esac

kept="$root/var/lib/blog/instance-id"
if [ "$(cat "$kept" 2>/dev/null)" = "$id" ] && [ -s "$root/etc/salt/minion_id" ]; then
    say "this is $id, as before"
    exit 0
fi

set -e
say "this is $id, whose disk is a copy or new: what another machine is known by is dropped"
rm -rf "$root/etc/salt/minion_id" "$root/etc/salt/pki/minion" "$root/var/cache/salt/minion"
: >"$root/etc/machine-id"
systemd-machine-id-setup ${root:+--root="$root"} >/dev/null
install -d -m 0755 "$root/etc/salt" "$(dirname "$kept")"
printf '%s' "$role-$id" >"$root/etc/salt/minion_id"
printf '%s\n' "$id" >"$kept.new"
mv "$kept.new" "$kept"
