#!/bin/sh
# Stands in for journalctl, see systemctl.sh.
set -u
state=/run/test-units
if [ "${1-}" = --system ]; then shift; fi
if [ "${1-}" = --user ]; then
  shift
  state=$XDG_RUNTIME_DIR/units
fi
pattern='' lines=1000
while [ $# -gt 0 ]; do
  case $1 in
    _SYSTEMD_INVOCATION_ID=* | --invocation=*) pattern=".*.${1#*=}" ;;
    -u) pattern="$2.*" && shift ;;
    -n) lines=$2 && shift ;;
    -o) shift ;;
    --no-pager) ;;
    *) echo "journalctl: this stand-in knows no $1" >&2 && exit 64 ;;
  esac
  shift
done
ls -tr "$state" 2>/dev/null | grep -x "journal\\.$pattern" | while read -r file; do
  cat "$state/$file"
done | tail -n "$lines"
