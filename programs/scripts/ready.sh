#!/bin/bash
# Says that this machine is ready to be copied: when its front end answers, it sets the tag `ready` of its own instance.
#
# ready.sh VALUE: the value of the tag, as the version of what was built.
set -u

value="${1:-}"
URL="${URL:-http://127.0.0.1/}"
TRIES="${TRIES:-60}"
PAUSE="${PAUSE:-5}"

say() {
    printf 'ready: %s\n' "$*"
}

if [ -z "$value" ]; then
    say 'the value of the tag is not told' >&2
    exit 2
fi

metadata() {
    local base='http://169.254.169.254/latest' token
    token=$(curl -sf -m 2 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$base/api/token") &&
        curl -sf -m 2 -H "X-aws-ec2-metadata-token: $token" "$base/meta-data/$1"
}

answers() {
    curl -sf -m 5 -o /dev/null "$URL"
}

signal() {
    local id region
    id=$(metadata instance-id) && region=$(metadata placement/region) || return 1
    aws ec2 create-tags --region "$region" --resources "$id" --tags "Key=ready,Value=$value"
}

# Tries something so many times: patiently WHAT COMMAND...
patiently() {
    local what="$1" try
    shift
    for ((try = 1; try <= TRIES; try++)); do
        if "$@"; then return 0; fi
        say "$what (try $try of $TRIES)"
        sleep "$PAUSE"
    done
    return 1
}

patiently "$URL does not answer" answers || exit 1
patiently 'the tag cannot be set' signal || exit 1
say "the tag \`ready\` is \`$value\`"
