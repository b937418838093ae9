#!/bin/bash
# Installs packages of Salt from its makers' own repository, on Debian and Ubuntu.
#
# install-salt.sh PACKAGE...
set -eu

if [ $# -eq 0 ]; then
    echo 'install-salt: no package is told' >&2
    exit 2
fi
KEYRING="${KEYRING:-/etc/apt/keyrings/salt.pgp}"
SOURCES="${SOURCES:-/etc/apt/sources.list.d/salt.sources}"
TRIES="${TRIES:-30}"
PAUSE="${PAUSE:-10}"
makers='https://packages.broadcom.com/artifactory'

fetch_key() {
    curl --fail --silent --show-error --proto '=https' --max-time 30 --output "$KEYRING.new" "$makers/api/security/keypair/SaltProjectKey/public" &&
        mv "$KEYRING.new" "$KEYRING"
}

install_packages() {
    apt-get update --quiet && DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet "$@"
}

# The way to the internet may come later than this machine.
patiently() {
    local try
    for ((try = 1; try <= TRIES; try++)); do
        if "$@"; then return 0; fi
        printf 'install-salt: %s failed (try %s of %s)\n' "$1" "$try" "$TRIES"
        sleep "$PAUSE"
    done
    return 1
}

install -d -m 0755 "$(dirname "$KEYRING")" "$(dirname "$SOURCES")"
patiently fetch_key
cat >"$SOURCES" <<END
Types: deb
URIs: $makers/saltproject-deb
Suites: stable
Components: main
Signed-By: $KEYRING
END
patiently install_packages "$@"
