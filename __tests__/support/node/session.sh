#!/bin/sh
# Every command that comes by SSH passes here: it is noted, then the faults of the moment have a chance.
command=${SSH_ORIGINAL_COMMAND-}
printf '%s\t%s\n' "$(id -un)" "$command" >>/run/test/sessions

# Whether this is one of the sessions that a fault is meant for: it matches, and is the n-th to do so.
hit() { # FAULT PATTERN FROM TO
  printf '%s\n' "$command" | grep -Eq -e "$2" || return 1
  printf x >>"/run/test/counts/$1"
  count=$(wc -c <"/run/test/counts/$1")
  [ "$count" -ge "$3" ] && [ "$count" -le "$4" ]
}

# Ends the connection as a broken line does: what is above our shells is the sshd of this session.
hang_up() {
  above=$PPID
  while read -r _ name _ next _ <"/proc/$above/stat"; do
    case $name in "(sh)" | "(dash)" | "(bash)" | "(test-session)") above=$next ;; *) break ;; esac
  done
  kill -9 "$above"
}

[ ! -s /run/test/faults ] || . /run/test/faults
exec "${SHELL:-/bin/sh}" -c "$command"
