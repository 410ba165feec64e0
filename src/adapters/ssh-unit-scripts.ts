import { PROFILE, script } from "./ssh-scripts.ts";

// What nodes run about units and activations; see ssh-scripts.ts.

const UNITS = `
XDG_RUNTIME_DIR=/run/user/$(id -u)
export XDG_RUNTIME_DIR
`;

/**
 * As the environment's user. Argument: the backup's name. Answers with the unit that was run, when, the
 * snapshots before and after as restic lists them (JSON in base64) and what the unit said.
 */
export const BACKUP = script(
  "hostenv-backup",
  `${UNITS}
most=4000000
name=$1
exec </dev/null
property() { systemctl --user show -p "$1" --value "restic-backups-$name.service"; }
state=$(property LoadState) || fail "the user's service manager can't be asked"
if [ "$state" != loaded ]; then
  name=\${name%-migrate}
  [ "$name" = "$1" ] || state=$(property LoadState)
fi
unit=restic-backups-$name.service restic=$HOME/.local/bin/restic-$name
listed() { "$restic" snapshots --latest 1 --json "$@" 2>/dev/null | encoded "$most"; }
journal() {
  run=$(property InvocationID)
  if [ -n "$run" ]; then set -- "_SYSTEMD_INVOCATION_ID=$run"; else set -- -u "$unit" -n 200; fi
  journalctl --user "$@" -o cat --no-pager | tail -n 200
}
if [ "$state" != loaded ]; then say missing
else
  say "unit $name"
  if [ -x "$restic" ]; then printf 'before '; listed --tag "$name"; fi
  # One that runs already began with older data.
  if [ "$(property ActiveState)" = activating ]; then systemctl --user start --wait "$unit" || true; fi
  say "started $(date +%s)"
  if systemctl --user start --wait "$unit"; then say succeeded; else say failed; fi
  if [ -x "$restic" ]; then
    printf 'after '; listed --tag "$name"
    printf 'untagged '; listed
  fi
  printf 'journal '; journal 2>&1 | encoded "$most"
fi
`,
);

/** As the profile's user. Arguments: the profile's path, the generation. */
export const ROLL_BACK = script(
  "hostenv-rollback",
  `${PROFILE}
profile=$1 wanted=$2
folder=\${profile%/*} base=\${profile##*/}
exec </dev/null
link=$(readlink "$profile") && number_in "$link" "$base" || fail "$profile has no generations"
was=$number
[ "$(activatable "$folder/$base-$wanted-link")" = yes ] ||
  fail "generation $wanted of $profile is not there, or was not made for deploy-rs"
log=$(mktemp) || fail "no temporary file can be made"
# Once begun it must come to its end, whoever listens.
trap '' HUP PIPE
activate() {
  nix-env -p "$profile" --switch-generation "$1" >"$log" 2>&1 &&
    (cd "$profile" && PROFILE=$profile DRY_ACTIVATE=0 BOOT=0 "$profile/deploy-rs-activate") >>"$log" 2>&1
}
if activate "$wanted"; then say activated
else
  printf 'failed '; tail -n 20 "$log" | encoded 20000
  if activate "$was"; then say "restored $was"; else say "lost $was"; fi
fi
rm -f "$log"
`,
);

/** Arguments: \`--user\` as an environment's user, \`--system\` as root. */
export const LAST_LINES = script(
  "hostenv-last-lines",
  `${UNITS}
exec </dev/null
unit=$(systemctl "$1" list-units --state=failed --plain --no-legend --full 2>/dev/null | sed -n '1s/[[:space:]].*//p')
if [ -n "$unit" ]; then
  printf 'lines '
  { say "$unit has failed"; journalctl "$1" -u "$unit" -n 30 -o cat --no-pager; } 2>&1 | encoded 20000
fi
`,
);

// A profile for deploy-rs is a folder of links to the parts of the system, so parts are compared.
/** Says what runs, of what can be told: `current yes|no`, `reboot yes|no`. */
export const RUNNING = script(
  "hostenv-running",
  `
profile=/nix/var/nix/profiles/system current=/run/current-system booted=/run/booted-system
part() { if [ -e "$1" ]; then readlink -f "$1"; else echo none; fi; }
same() { if [ "$(part "$1")" = "$(part "$2")" ]; then echo yes; else echo no; fi; }
if [ -e "$profile/activate" ] && [ -e "$current/activate" ]; then
  say "current $(same "$profile/activate" "$current/activate")"
fi
if [ -e "$booted" ] && [ -e "$current" ]; then
  reboot=no
  for name in kernel initrd kernel-modules; do
    if [ "$(same "$booted/$name" "$current/$name")" = no ]; then reboot=yes; fi
  done
  say "reboot $reboot"
fi
`,
);
