import type { Script } from "./ssh-quoting.ts";

// What nodes run: constants, for any POSIX shell. All that differs comes as arguments or on stdin.
// Everything they call is part of a NixOS system: GNU's programs, util-linux, sudo and Nix.

const PRELUDE = `
LC_ALL=C
export LC_ALL
umask 022
# In the first of them NixOS has sudo, and a login that reads no profile may lack both.
PATH="$PATH:/run/wrappers/bin:/run/current-system/sw/bin"
say() { printf '%s\\n' "$*"; }
fail() { say "$*" >&2; exit 70; }
encoded() { head -c "$1" | base64 -w 0; echo; }
say hostenv-provider
`;

// What a broken connection cut short does not end with the brace, and no shell starts to run it.
/** A script of this body: what every one of them may call is before it. */
export function script(name: string, body: string): Script {
  return { name, text: `{${PRELUDE}${body}say end\n}\n` };
}

// A link of Nix, \`name\` -> \`name-7-link\` -> store. What else there is was made by somebody else, and
// is as good as none; its owner must not be able to write lines of the answer.
export const PROFILE = `
is_number() { case $1 in '' | *[!0-9]* | ??????????*) return 1 ;; esac; }
number_in() {
  number=\${1#"$2-"} number=\${number%-link}
  is_number "$number" && [ "$1" = "$2-$number-link" ]
}
activatable() { [ -f "$1/deploy-rs-activate" ] && [ -x "$1/deploy-rs-activate" ] && echo yes || echo no; }
profile() {
  folder=\${1%/*} base=\${1##*/}
  link=$(readlink "$1") && number_in "$link" "$base" || { say "profile $1 none"; return; }
  now=$number store=$(readlink "$folder/$link")
  name=\${store#/nix/store/}
  case $name in '' | "$store" | *[!A-Za-z0-9+._?=-]*) say "profile $1 none"; return ;; esac
  before=0
  for entry in "$folder/$base"-*-link; do
    number_in "\${entry##*/}" "$base" || continue
    if [ "$number" -lt "$now" ] && [ "$number" -gt "$before" ]; then before=$number; fi
  done
  say "profile $1 $now $store $(activatable "$folder/$link") $(activatable "$folder/$base-$before-link")"
}
`;

// Whoever holds the lock: \`since\`, \`expires\` and \`holder\`, of which the file is always a whole one.
const HOLDER = `
holder_of() {
  since= expires= holder=
  [ -f "$1/holder" ] || return 1
  { read -r since expires; IFS= read -r holder; } <"$1/holder"
  case $since$expires in '' | *[!0-9]*) since= expires= holder=; return 1 ;; esac
  [ "$expires" -gt "$(date +%s)" ]
}
say_holder() { say "lock $since $expires $(printf %s "$holder" | base64 -w 0)"; }
`;

// What the last deploy wrote down: `$live`, of at most `$most` bytes.
const WRITTEN = `
say_live() {
  [ -f "$live" ] || return 0
  size=$(wc -c <"$live")
  if [ "$size" -gt "$most" ]; then say "large $size"; else printf 'live '; encoded "$most" <"$live"; fi
}
`;

/** Arguments: deployed.json, the most bytes of it. */
export const LIVE = script("hostenv-live", `${WRITTEN}\nlive=$1 most=$2\nsay_live\n`);

/**
 * Arguments: deployed.json, the most bytes of it, the lock's folder. Stdin: lines \`profile PATH\`, \`user NAME\`,
 * \`uid NUMBER\`.
 */
export const LOOK = script(
  "hostenv-look",
  `${PROFILE}${HOLDER}${WRITTEN}
live=$1 most=$2 lock=$3
# Which settings the daemon has is not for the user's own nix.conf to say.
NIX_USER_CONF_FILES=/dev/null
export NIX_USER_CONF_FILES
nix_settings() {
  nix --extra-experimental-features nix-command config show </dev/null 2>/dev/null ||
    nix --extra-experimental-features nix-command show-config </dev/null 2>/dev/null
}
say "os $(sed -n 's/^ID=//p' /etc/os-release | head -n 1)"
say "free $(stat -f -c '%a %S' /nix/store 2>/dev/null || stat -f -c '%a %S' /nix)"
nix_settings | sed -n 's/^trusted-public-keys =/keys/p'
say_live
if holder_of "$lock"; then say_holder; fi
while read -r kind value; do
  case $kind in
    profile) profile "$value" ;;
    uid)
      if entry=$(getent passwd "$value"); then say "uid $value \${entry%%:*}"; fi
      ;;
    user) if id -u "$value" >/dev/null 2>&1; then say "user $value yes"; else say "user $value no"; fi ;;
  esac
done
`,
);

/** Stdin: lines \`profile PATH\`. */
export const PROFILES = script(
  "hostenv-profiles",
  `${PROFILE}
while read -r kind value; do
  if [ "$kind" = profile ]; then profile "$value"; fi
done
`,
);

export const LOGIN = script("hostenv-login", 'say "user $(id -un)"\n');

// All of a node's runs take turns at the lock; the kernel ends a turn when its process is gone, however.
const TURN = `
exec 9>"$folder/lock/guard" || fail "$folder/lock can't be written"
flock -w 60 9 || fail "another run has been busy with the lock for a minute"
`;

/** Arguments: our folder, for how many seconds. Stdin: the owner. */
export const LOCK = script(
  "hostenv-lock",
  `${HOLDER}
folder=$1 seconds=$2
IFS= read -r owner
if [ ! -d "$folder" ] || [ ! -O "$folder" ]; then
  sudo -n install -d -m 755 -o "$(id -u)" "$folder" </dev/null || fail "$folder can't be made"
fi
mkdir -p "$folder/lock" || fail "$folder/lock can't be made"
${TURN}
now=$(date +%s)
if holder_of "$folder/lock" && [ "$holder" != "$owner" ]; then
  say_holder
else
  [ "$holder" = "$owner" ] || since=$now
  printf '%s %s\\n%s\\n' "\${since:-$now}" $((now + seconds)) "$owner" >"$folder/lock/holder.new" &&
    sync "$folder/lock/holder.new" && mv -f "$folder/lock/holder.new" "$folder/lock/holder" ||
    fail "$folder/lock can't be written"
fi
`,
);

/** Arguments: our folder. Stdin: the owner. */
export const UNLOCK = script(
  "hostenv-unlock",
  `${HOLDER}
folder=$1
IFS= read -r owner
if [ -d "$folder/lock" ]; then
  ${TURN}
  holder_of "$folder/lock"
  if [ "$holder" = "$owner" ]; then rm -f "$folder/lock/holder"; fi
fi
`,
);

// Root goes only where nobody else could have led it: every folder on the way is root's own.
export const SAFE = `
# Leaves 'problem' empty where it is so.
safe() {
  problem= at=$1
  while [ -n "$at" ]; do
    if [ -L "$at" ]; then problem="$at is a link"; return; fi
    if [ -e "$at" ]; then
      set -- $(stat -c '%u %a' "$at")
      if [ "$1" != 0 ] || [ $((0$2 & 022)) != 0 ]; then problem="$at can be written by others than root"; return; fi
    fi
    at=\${at%/*}
  done
}
made_by_root() {
  safe "$1"
  [ -z "$problem" ] || fail "$problem"
  mkdir -p "$1" || fail "$1 can't be made"
}
`;

/** As root. Arguments: our folder, who owns it, the canaries' folder. Stdin: lines \`NAME USER PATH\` of profiles. */
export const PREPARE = script(
  "hostenv-prepare",
  `${SAFE}
folder=$1 owner=$2 canary=$3
made_by_root "\${folder%/*}"
[ ! -L "$folder" ] || fail "$folder is a link"
install -d -m 755 -o "$owner" "$folder" || fail "$folder can't be made"
[ ! -L "$canary" ] || fail "$canary is a link"
install -d -m 755 -o root -g root "$canary" || fail "$canary can't be made"
while read -r name user path; do
  group=$(id -g "$user" 2>/dev/null) || fail "there is no user $user"
  made_by_root "\${path%/*/*}"
  parent=\${path%/*}
  [ ! -L "$parent" ] || fail "$parent is a link"
  if [ "$user" = root ]; then made_by_root "$parent"
  else install -d -m 755 -o "$user" -g "$group" "$parent" || fail "$parent can't be made"; fi
  [ ! -L "$canary/$name" ] || fail "$canary/$name is a link"
  install -d -m 700 -o "$user" -g "$group" "$canary/$name" || fail "$canary/$name can't be made"
  rm -f "$canary/$name"/deploy-rs-canary-*
done
`,
);

/**
 * Arguments: our folder, the file's name, the number of its bytes. Stdin: who writes, and its text. Nothing is written
 * while the lock is somebody else's, who is told instead.
 */
export const WRITE = script(
  "hostenv-write",
  `${HOLDER}
folder=$1 name=$2 size=$3
IFS= read -r owner
if [ -d "$folder/lock" ]; then
  ${TURN}
  if holder_of "$folder/lock" && [ "$holder" != "$owner" ]; then
    say_holder
    say end
    exit
  fi
fi
new=$folder/$name.new
rm -f "$new"
head -c "$size" >"$new" || { rm -f "$new"; fail "$new can't be written"; }
[ "$(wc -c <"$new")" = "$size" ] || { rm -f "$new"; fail "the connection broke before all of it was there"; }
chmod 640 "$new" && sync "$new" && mv -fT "$new" "$folder/$name" && sync "$folder" ||
  fail "$folder/$name can't be replaced"
`,
);
