#!/bin/sh
# Stands in for systemctl: there is no systemd in a namespace. Units are real unit files of which only
# Environment= and ExecStart= count; each command is really run, and what it says goes to a journal.
set -u
scope=system
if [ "${1-}" = --system ]; then shift; fi
if [ "${1-}" = --user ]; then
  scope=user
  shift
  if [ ! -d "${XDG_RUNTIME_DIR-/nowhere}" ]; then
    echo "Failed to connect to bus: No medium found" >&2
    exit 1
  fi
fi
if [ $scope = user ]; then
  units=$HOME/.config/systemd/user state=$XDG_RUNTIME_DIR/units
else
  units=/etc/systemd/test state=/run/test-units
fi
mkdir -p "$state"

verb=$1
shift
value=no property='' unit=''
while [ $# -gt 0 ]; do
  case $1 in
    -p) property=$2 && shift ;;
    --property=*) property=${1#*=} ;;
    --value) value=yes ;;
    --wait | --plain | --no-legend | --no-pager | --full | --failed | --state=*) ;;
    --*) echo "systemctl: this stand-in knows no $1" >&2 && exit 64 ;;
    *) unit=$1 ;;
  esac
  shift
done

of() { cat "$state/$unit.$1" 2>/dev/null; }

show() {
  case $property in
    LoadState) if [ -f "$units/$unit" ]; then found=loaded; else found=not-found; fi ;;
    ActiveState) found=$(of active || echo inactive) ;;
    InvocationID) found=$(of invocation) ;;
    *) echo "systemctl: this stand-in knows no property $property" >&2 && exit 64 ;;
  esac
  if [ $value = yes ]; then echo "$found"; else echo "$property=$found"; fi
}

start() {
  if [ ! -f "$units/$unit" ]; then
    echo "Failed to start $unit: Unit $unit not found." >&2
    exit 5
  fi
  # A unit runs once at a time: who starts it again waits for the same end.
  if [ "$(of active)" = activating ]; then
    while [ "$(of active)" = activating ]; do sleep 0.05; done
    [ "$(of active)" = inactive ]
    return
  fi
  invocation=$(tr -d - </proc/sys/kernel/random/uuid)
  echo "$invocation" >"$state/$unit.invocation"
  echo activating >"$state/$unit.active"
  if (
    sed -n 's/^Environment=//p' "$units/$unit" >"$state/$unit.environment"
    while read -r line; do export "$line"; done <"$state/$unit.environment"
    sed -n 's/^ExecStart=//p' "$units/$unit" >"$state/$unit.commands"
    while read -r line; do sh -c "$line" </dev/null || exit 1; done <"$state/$unit.commands"
  ) >>"$state/journal.$unit.$invocation" 2>&1; then
    echo inactive >"$state/$unit.active"
  else
    echo failed >"$state/$unit.active"
    echo "Job for $unit failed because the control process exited with error code." >&2
    exit 1
  fi
}

# What ends a unit of the system's is a command of its own.
stop() {
  sed -n 's/^ExecStop=//p' "$units/$unit" | sh >>"$state/journal.$unit.stop" 2>&1 || exit 1
  echo inactive >"$state/$unit.active"
}

list() {
  for file in "$state"/*.active; do
    [ -f "$file" ] || continue
    read -r active <"$file"
    [ "$active" != failed ] || echo "$(basename "$file" .active) loaded failed failed A unit"
  done
}

case $verb in
  show) show ;;
  start) start ;;
  stop) stop ;;
  list-units) list ;;
  *) echo "systemctl: this stand-in knows no $verb" >&2 && exit 64 ;;
esac
