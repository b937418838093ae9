#!/bin/sh
# Makes an instance translate the addresses of the private subnets: what comes in from the network goes out under its own.
set -eu

sysctl -q -w net.ipv4.ip_forward=1
echo 'net.ipv4.ip_forward = 1' >/etc/sysctl.d/90-nat.conf

dnf install -q -y iptables-services
systemctl enable -q --now iptables
interface=$(ip -o -4 route show to default | awk '{print $5; exit}')
# The rules that the package brings forward nothing.
iptables -F FORWARD
iptables -t nat -A POSTROUTING -o "$interface" -j MASQUERADE
# For later boots.
iptables-save >/etc/sysconfig/iptables
