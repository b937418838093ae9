#!/bin/sh
# Waits, on the computer from which the stack is run, until a machine says by its tag `ready` that it may be copied. See ready.sh.
#
# INSTANCE and REGION say which machine; TRIES and PAUSE how often, and after how many seconds, it is looked at.
set -u

INSTANCE="${INSTANCE:?the instance is not told}"
REGION="${REGION:?the region is not told}"
TRIES="${TRIES:-240}"
PAUSE="${PAUSE:-10}"

try=1
while [ "$try" -le "$TRIES" ]; do
    ready=$(aws ec2 describe-tags --region "$REGION" --filters "Name=resource-id,Values=$INSTANCE" Name=key,Values=ready \
        --query 'Tags[0].Value' --output text) || ready=None
    case "$ready" in
    '' | None) ;;
    *)
        echo "$INSTANCE is ready: $ready"
        exit 0
        ;;
    esac
    try=$((try + 1))
    sleep "$PAUSE"
done
echo "$INSTANCE has not said that it is ready: see what Salt says there" >&2
exit 1
