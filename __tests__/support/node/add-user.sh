#!/bin/sh
# What activating a system does for an environment: a user with a group, a home and a running manager.
# usage: test-add-user NAME UID [PUBLIC-KEY]
set -eu
name=$1 uid=$2 key=${3-}
if ! grep -q "^$name:" /etc/passwd; then
  echo "$name:x:$uid:$uid::/home/$name:/bin/sh" >>/etc/passwd
  echo "$name:x:$uid:" >>/etc/group
  echo "$name:*:19000:0:99999:7:::" >>/etc/shadow
fi
for folder in "/home/$name" "/run/user/$uid"; do
  mkdir -p "$folder"
  chmod 700 "$folder"
  chown "$uid:$uid" "$folder"
done
[ -z "$key" ] || echo "$key" >>"/etc/ssh/authorized_keys.d/$name"
