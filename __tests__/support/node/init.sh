#!/bin/sh
# Process 1 of a test node, in namespaces of its own for mounts, processes and the host name. Makes a
# machine out of the folder it is given, then does what it is told on stdin. When stdin ends, for
# whatever reason, so does this, and with it every process and mount of the node.
set -eu
folder=$1 sshd=$2 tools=$3 store_mib=$4 name=$5 shell=$6 backups=${7-}

# Still the machine's /proc, so this is our number there.
read -r pid _ </proc/self/stat
hostname "$name"

fresh() { mount -t tmpfs -o "mode=$1,size=$2" "$name" "$3"; }

# What is needed of the places that are covered below is kept in reach first.
work=$folder/work
mkdir "$work" && fresh 755 64m "$work"
mkdir "$work/etc" "$work/test" "$work/tools"
cp -a /etc/. "$work/etc/"
# Some of them are links here, to what is not to be written through.
cp -a --remove-destination "$folder/etc/." "$work/etc/"
# Debian's package of sshd would make the user that it gives its rights up to; ours is unpacked only.
grep -q '^sshd:' "$work/etc/passwd" ||
  echo 'sshd:x:991:65534::/run/sshd:/usr/sbin/nologin' >>"$work/etc/passwd"
mount --bind "$folder/test" "$work/test"
number=0
for part in $tools; do
  number=$((number + 1))
  mkdir "$work/tools/$number" && mount --bind "$part" "$work/tools/$number"
done

fresh 755 64m /run
fresh 755 64m /var/lib
fresh 755 64m /home
fresh 755 64m /root
fresh 755 "${store_mib}m" /nix
mkdir -p /run/sshd /run/user /run/test /run/hostenv/user /run/hostenv/nginx /run/current-system/sw/bin
cp "$folder"/sw/* /run/current-system/sw/bin/
mount --bind "$work/etc" /etc
mount --bind "$work/test" /run/test
# Programs that were unpacked for the tests lie below a home, and are started by their full path. The
# folders above them are new here, for everybody to pass through.
number=0
for part in $tools; do
  number=$((number + 1))
  mkdir -p "$part" && mount --bind "$work/tools/$number" "$part"
done
# Where backups go is one place for all nodes that share it.
[ -z "$backups" ] || { mkdir /run/backups && mount --bind "$backups" /run/backups; }
fresh 1777 64m /tmp
mount -t proc proc /proc
# On NixOS, sh is bash.
mount --bind "$(command -v "$shell")" "$(readlink -f /bin/sh)"

# NixOS has its programs here, and nothing below /usr.
PATH=/run/current-system/sw/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
unset NIX_CONFIG NIX_REMOTE NIX_USER_CONF_FILES
cd /

# An sshd that was only unpacked brings no user to drop its rights to, and does not start without one.
grep -q '^sshd:' /etc/passwd || echo 'sshd:x:74:65534::/run/sshd:/usr/sbin/nologin' >>/etc/passwd

while read -r user uid; do
  [ -z "$user" ] || test-add-user "$user" "$uid"
done </etc/test-users

# Waits up to a minute.
until_true() {
  tries=0
  while ! "$@" 2>/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 3000 ] || return 1
    sleep 0.02
  done
}
start() {
  nix-daemon >>/run/test/nix-daemon.log 2>&1 &
  until_true test -S /nix/var/nix/daemon-socket/socket && open
}
# It goes into the background before it listens, and writes its number after that.
open() { "$sshd" -f /etc/ssh/sshd_config -E /run/test/sshd.log && until_true test -s /run/sshd.pid; }
is_gone() { ! kill -0 "$1"; }
close() {
  [ ! -s /run/sshd.pid ] || read -r listening </run/sshd.pid
  rm -f /run/sshd.pid
  [ -z "${listening-}" ] || { kill "$listening"; until_true is_gone "$listening"; }
  listening=
}
# As if somebody pulled the plug: nobody is left but us.
stop() {
  kill -9 -1 2>/dev/null || true
  rm -f /run/sshd.pid /nix/var/nix/daemon-socket/socket
}

echo "pid $pid"
while read -r order; do
  case $order in
    start | open | close | stop) if "$order"; then echo "done $order"; else echo "failed $order"; fi ;;
  esac
done
