#!/bin/bash
# Watches the other NAT instance of a pair. When it neither answers nor runs well, its default routes are led here and it is restarted;
# when it has been well for some time, it gets them back.
#
# It keeps nothing: who has which route is read from AWS whenever it matters, so it may be stopped and started at any time.
#
# What it never does: act when it does not reach the internet itself, or when AWS says that the other one is well. Then only the way between
# the two is broken, and each goes on with its own routes. When AWS says that both are unwell but both live, place 0 goes first, and place 1
# waits as long as the other one has its routes.
#
# watch.sh [SETTINGS]: the settings are lines of NAME='value'; the environment may set them, too.
set -u

settings="${1:-/etc/nat-watcher.conf}"
set -a
# shellcheck source=/dev/null
if [ -r "$settings" ]; then . "$settings"; fi
set +a

say() {
    # A round that finds what the one before found is not worth a line.
    if [ "$*" != "${said:-}" ]; then printf 'nat-watcher: %s\n' "$*"; fi
    said="$*"
}

give_up() {
    printf 'nat-watcher: %s\n' "$*" >&2
    exit 2
}

# Which of the two this is, the network, and the route tables (ids with spaces between them) that are its own and the other one's.
case "${PLACE:-}" in
0) peer_place=1 ;;
1) peer_place=0 ;;
*) give_up "PLACE is '${PLACE:-}', neither 0 nor 1" ;;
esac
for name in VPC OWN_TABLES PEER_TABLES; do
    if [ -z "${!name:-}" ]; then give_up "$name is not set in $settings"; fi
done
# A round, in seconds. All else is counted in rounds, so that tests pass quickly.
ROUND="${ROUND:-5}"
# Rounds without an answer until the other one is suspected.
SILENT_ROUNDS="${SILENT_ROUNDS:-3}"
# Rounds in which it must answer until it gets its routes back. They double with each time that it was lost again soon.
WELL_ROUNDS="${WELL_ROUNDS:-12}"
# Rounds between a takeover and the first restart: whoever stops an instance on purpose starts it within them.
RESTART_AFTER="${RESTART_AFTER:-24}"
# Rounds that a restart may take. They double with each restart.
RESTART_PATIENCE="${RESTART_PATIENCE:-36}"
# Restarts until a person has to look.
RESTARTS="${RESTARTS:-6}"
# Rounds for which place 1 lets place 0 go first.
DEFER_ROUNDS="${DEFER_ROUNDS:-120}"
# Rounds after which AWS is asked what there is, when all is well.
LOOK_EVERY="${LOOK_EVERY:-60}"
# Addresses on the internet, one of which answers when this instance reaches it.
OUTSIDE="${OUTSIDE:-1.1.1.1 8.8.8.8 9.9.9.9}"

me="${SELF:-}" peer='' peer_address='' peer_state='' peer_status=''
silent=0 well=0 round=0 errors=0 next_call=0 next_look=0
takeovers=0 incident=0 restarts=0 next_restart=0 deferred=0 stop_asked=''

answers() {
    ping -n -q -c "$2" -i 0.3 -W 1 "$1" >/dev/null 2>&1
}

reaches_outside() {
    local address
    for address in $OUTSIDE; do
        if answers "$address" 1; then return 0; fi
    done
    return 1
}

# Calls AWS. What goes wrong is kept as the complaint.
aws_ec2() {
    timeout 30 aws ec2 --output text --cli-connect-timeout 5 --cli-read-timeout 10 "$@" 2>"$complaint"
}

# Notes that a call failed, and why. The next one is made later and later, up to 16 rounds.
failed() {
    if [ "$errors" -lt 4 ]; then errors=$((errors + 1)); fi
    next_call=$((round + (1 << errors)))
    say "AWS did not $1, which is tried again after $((1 << errors)) rounds: $(grep . "$complaint" | tail -n 1)"
    return 1
}

# Who this is, as the instance's own service of metadata says.
find_myself() {
    local base='http://169.254.169.254/latest' token
    token=$(curl -sf -m 2 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$base/api/token") || return 1
    me=$(curl -sf -m 2 -H "X-aws-ec2-metadata-token: $token" "$base/meta-data/instance-id")
}

# Asks AWS for the other one: the newest instance of its place, since one that is replaced is there beside its successor.
look_at_peer() {
    local found
    found=$(aws_ec2 describe-instances --filters "Name=vpc-id,Values=$VPC" "Name=tag:nat-place,Values=$peer_place" \
        'Name=instance-state-name,Values=pending,running,stopping,stopped' \
        --query 'sort_by(Reservations[].Instances[], &LaunchTime)[-1].[InstanceId,PrivateIpAddress,State.Name]') ||
        failed 'tell of the other one' || return 1
    read -r peer peer_address peer_state <<<"$found"
    if [ "$peer" = None ] || [ -z "$peer" ]; then
        peer='' peer_address='' peer_state=gone peer_status=gone
        return 0
    fi
    peer_status=$(aws_ec2 describe-instance-status --include-all-instances --instance-ids "$peer" \
        --query 'InstanceStatuses[0].[InstanceStatus.Status,SystemStatus.Status]') ||
        failed 'tell how the other one is' || return 1
    # `ok` only when both checks are.
    case "$peer_status" in
    *impaired*) peer_status=impaired ;;
    ok*ok) peer_status=ok ;;
    *initializing*) peer_status=initializing ;;
    *) peer_status=unknown ;;
    esac
}

# Where the default routes lead: lines of a table and an instance.
default_routes() {
    # shellcheck disable=SC2086 # The ids are words.
    aws_ec2 describe-route-tables --route-table-ids $OWN_TABLES $PEER_TABLES \
        --query "RouteTables[].[RouteTableId,Routes[?DestinationCidrBlock=='0.0.0.0/0'].InstanceId | [0]]"
}

# The tables of a list whose default route leads here, by such lines.
led_here() {
    awk -v me="$me" -v tables=" $1 " 'index(tables, " " $1 " ") && $2 == me { print $1 }' <<<"$2"
}

# Those whose default route leads elsewhere.
led_elsewhere() {
    awk -v me="$me" -v tables=" $1 " 'index(tables, " " $1 " ") && $2 != me { print $1 }' <<<"$2"
}

# Leads the default routes of tables to an instance.
lead() {
    local whom="$1" table
    shift
    for table in "$@"; do
        aws_ec2 replace-route --route-table-id "$table" --destination-cidr-block 0.0.0.0/0 --instance-id "$whom" >/dev/null ||
            failed "lead the route of $table to $whom" || return 1
        say "the route of $table leads to $whom"
    done
}

# The other one answers. Once it has done so for long enough it gets back what is its own.
peer_answers() {
    local again=$((takeovers > 5 ? 4 : takeovers > 1 ? takeovers - 1 : 0))
    if [ "$incident" -gt 0 ] && [ "$silent" -gt 0 ]; then say "$peer answers again"; fi
    silent=0 deferred=0 well=$((well + 1))
    if [ "$well" -lt $((WELL_ROUNDS << again)) ] || [ "$round" -lt "$next_look" ]; then return; fi
    if give_back; then
        errors=0 next_look=$((round + LOOK_EVERY))
    else
        next_look=$next_call
    fi
    # An hour of peace, and what was is forgotten.
    if [ "$well" -gt $((12 * LOOK_EVERY)) ]; then takeovers=0; fi
}

give_back() {
    local routes held
    look_at_peer || return
    routes=$(default_routes) || failed 'tell of the routes' || return
    held=$(led_here "$PEER_TABLES" "$routes")
    if [ -z "$held" ]; then
        incident=0
    elif [ "$peer_state $peer_status" = 'running ok' ]; then
        # shellcheck disable=SC2086 # The ids are words.
        lead "$peer" $held || return
        incident=0
    else
        say "$peer answers, but AWS calls it $peer_state and $peer_status: it gets its routes later"
        well=0
    fi
}

# The other one does not answer.
peer_is_silent() {
    local routes mine theirs
    well=0 next_look=0 silent=$((silent + 1))
    if [ "$silent" -lt "$SILENT_ROUNDS" ] || [ "$round" -lt "$next_call" ]; then return; fi
    if ! reaches_outside; then
        say "${peer:-the other one} is silent, but I do not reach the internet either: I change nothing"
        return
    fi
    look_at_peer || return
    case "$peer_state $peer_status" in
    'running ok' | 'running unknown')
        say "$peer is silent, but AWS calls it $peer_state and $peer_status: perhaps only the way between us is broken, so I change nothing"
        errors=0
        return
        ;;
    esac
    routes=$(default_routes) || failed 'tell of the routes' || return
    mine=$(led_elsewhere "$OWN_TABLES" "$routes")
    theirs=$(led_elsewhere "$PEER_TABLES" "$routes")
    if [ "$PLACE" = 1 ] && [ "$peer_state" = running ] && [ -n "$mine" ] && [ "$deferred" -lt "$DEFER_ROUNDS" ]; then
        deferred=$((deferred + 1)) errors=0
        say "$peer is silent, but has my routes and may live: it goes first"
        return
    fi
    # shellcheck disable=SC2086 # The ids are words.
    take_over $mine $theirs && restart_peer && errors=0
}

take_over() {
    if [ "$incident" -eq 0 ]; then
        say "${peer:-the other one} is silent, and AWS calls it $peer_state and $peer_status: I take its routes"
        takeovers=$((takeovers + 1)) next_restart=$RESTART_AFTER restarts=0 stop_asked=''
    fi
    # Should the other one take them again, it lives, and goes first anew.
    incident=$((incident + 1)) deferred=0
    lead "$me" "$@"
}

# Reboots the other one, then stops and starts it, which brings it to other hardware. Each time it gets twice as long as before.
restart_peer() {
    local action
    if [ "$peer_state" = stopped ] && [ "$stop_asked" = "$peer" ]; then
        # What was stopped here is started here, at once and in any case.
        next_restart=0
    elif [ "$incident" -lt "$next_restart" ]; then
        return
    elif [ "$restarts" -ge "$RESTARTS" ]; then
        say "$peer was restarted $restarts times to no avail: a person has to look at it. I keep its routes"
        return
    fi
    case "$peer_state" in
    running)
        # One that is just starting is not disturbed.
        if [ "$peer_status" != impaired ]; then return; fi
        if [ "$restarts" -eq 0 ]; then action=reboot; else action=stop; fi
        ;;
    stopped) action=start ;;
    stopping) action='stop --force' ;;
    *) return ;;
    esac
    # shellcheck disable=SC2086 # The option is a word of its own.
    aws_ec2 "${action%% *}-instances" ${action#"${action%% *}"} --instance-ids "$peer" >/dev/null ||
        failed "$action $peer" || return
    say "asked AWS to $action $peer"
    if [ "${action%% *}" = stop ]; then stop_asked="$peer"; else stop_asked=''; fi
    next_restart=$((incident + (RESTART_PATIENCE << restarts)))
    restarts=$((restarts + 1))
}

complaint=$(mktemp)
trap 'rm -f "$complaint"' EXIT
trap 'exit 0' TERM INT

until [ -n "$me" ] || find_myself; do
    say 'the service of metadata does not say who I am: asking again'
    sleep "$ROUND"
done
say "I am $me at place $PLACE"

while :; do
    round=$((round + 1))
    if [ -z "$peer_state" ] && [ "$round" -ge "$next_call" ]; then look_at_peer; fi
    if [ -n "$peer_address" ] && answers "$peer_address" 3; then peer_answers; else peer_is_silent; fi
    sleep "$ROUND" &
    wait $!
done
