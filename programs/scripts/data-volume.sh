#!/bin/bash
# Mounts a volume for data, by the UUID of its file system, now and at later boots. An empty one gets a file system first; one that is not
# empty and has none is left alone, since somebody's data may be on it.
#
# data-volume.sh DEVICE MOUNT_POINT
set -eu

device="${1:?the device is not told}"
mount_point="${2:?the mount point is not told}"
FSTAB="${FSTAB:-/etc/fstab}"
# A volume is attached some time after its machine has started.
TRIES="${TRIES:-60}"
PAUSE="${PAUSE:-2}"

say() {
    printf 'data-volume: %s\n' "$*"
}

for ((try = 1; ; try++)); do
    if [ -e "$device" ]; then break; fi
    if [ "$try" -ge "$TRIES" ]; then
        say "$device is not there"
        exit 1
    fi
    sleep "$PAUSE"
done

# The value of a tag of what is on the device; nothing when nothing is.
on_device() {
    local found=0 value
    value=$(blkid --probe --match-tag "$1" --output value "$device") || found=$?
    # 2: nothing is known of it. Anything else, as that two things are on it, is for a person.
    case "$found" in
    0 | 2) printf '%s' "$value" ;;
    *)
        say "what is on $device is not clear (blkid: $found)" >&2
        return 1
        ;;
    esac
}

type=$(on_device TYPE)
if [ -z "$type" ]; then
    # New volumes are all zeros; the beginning says enough.
    if ! head --bytes=16M "$device" | cmp --silent --bytes="$(head --bytes=16M "$device" | wc -c)" - /dev/zero; then
        say "$device has no file system that is known, but is not empty: it is left alone"
        exit 1
    fi
    say "$device is empty: it gets a file system"
    mkfs.ext4 -q -F -L data "$device"
    type=ext4
fi
uuid=$(on_device UUID)
if [ -z "$uuid" ]; then
    say "what is on $device has no UUID"
    exit 1
fi

install -d "$mount_point"
if ! grep -q "^UUID=$uuid " "$FSTAB"; then
    printf 'UUID=%s %s %s defaults,nofail 0 2\n' "$uuid" "$mount_point" "$type" >>"$FSTAB"
fi
if ! mountpoint --quiet "$mount_point"; then mount "$mount_point"; fi
say "UUID=$uuid is mounted at $mount_point"
