import { SAFE, script } from "./ssh-scripts.ts";

// What nodes run about data that is to be restored; see ssh-scripts.ts.

// An environment's folders are its owner's, who may be no user of the node yet.
const OWNER = `
as_owner() { setpriv --reuid "$owner" --regid "$owner" --clear-groups --no-new-privs -- sh -c "$@"; }
`;

// The folder is the environment's: its owner may put links there, and change them while we look. So root
// makes no more than the folder itself, in one of its own, and what is inside is done with the rights of
// the owner, who may be no user yet.
const LEAVE = `
cd "$1" || exit
[ ! -L restore ] || rm -f restore
if [ "$2" = remove ]; then rm -f restore/plan.json; exit; fi
mkdir -p restore && chmod 700 restore && cd restore || exit
[ ! -d plan.json ] || [ -L plan.json ] || rm -rf plan.json
rm -f plan.json.new
umask 077
set -C
head -c "$2" >plan.json.new || exit
[ "$(wc -c <plan.json.new)" = "$2" ] && mv -fT plan.json.new plan.json
`;

/** As root. Arguments: the runtimeDir, its owner's number, the plan's number of bytes or \`remove\`. Stdin: the plan. */
export const RESTORE = script(
  "hostenv-restore",
  `${SAFE}${OWNER}
folder=$1 owner=$2 size=$3
if [ "$size" != remove ] || [ -e "$folder" ]; then
  made_by_root "\${folder%/*}"
  # As the system's own rules for temporary files make it.
  group=$(getent group users | cut -d : -f 3)
  if [ -L "$folder" ]; then fail "$folder is a link"; fi
  if [ ! -e "$folder" ]; then
    mkdir -m 700 "$folder" && chown "$owner:\${group:-$owner}" "$folder" && chmod 2700 "$folder" ||
      fail "$folder can't be made"
  fi
  [ -d "$folder" ] && [ "$(stat -c %u "$folder")" = "$owner" ] || fail "$folder belongs to somebody else than $owner"
  as_owner '${LEAVE}' sh "$folder" "$size" ||
    fail "$folder/restore/plan.json can't be written"
fi
`,
);

/**
 * As root. Arguments: the runtimeDir, its owner's number, the most bytes. Answers \`left none\`, \`left plan\` with the plan in
 * base64, or \`left unreadable\`: what can't be looked at is not known to be done with.
 */
export const LEFT = script(
  "hostenv-restore-left",
  `${OWNER}
folder=$1 owner=$2 most=$3
exec </dev/null
plan=$folder/restore/plan.json
if [ ! -d "$folder" ]; then say "left unreadable"
elif [ ! -e "$plan" ] && [ ! -L "$plan" ]; then say "left none"
elif as_owner '[ ! -L "$1/restore" ] && [ ! -L "$2" ] && [ -f "$2" ] && [ -r "$2" ]' sh "$folder" "$plan"; then
  printf 'left plan '
  as_owner 'exec cat "$1"' sh "$plan" | encoded "$most"
else say "left unreadable"
fi
`,
);

// Folders of a home are renamed where they are: nothing is copied, and nobody else's disk fills up.
const RENAME = `
suffix=$1
shift
for folder; do
  [ -e "$folder" ] || [ -L "$folder" ] || continue
  # A link of an earlier generation may lead to what the garbage collector took.
  if [ -e "$folder" ]; then held=$(ls -A "$folder/") || exit; else held=link; fi
  [ -n "$held" ] || continue
  if [ "$suffix" = look ]; then echo found; exit; fi
  if [ "$suffix" = copy ]; then rm -rf "$folder.$suffix" || exit; fi
  mv -T "$folder" "$folder.$suffix" || exit
  echo "$folder.$suffix"
done
`;

/**
 * As root. Arguments: the owner's number, \`before\` or \`copy\`, the folders. Its service manager is ended meanwhile:
 * what has a file open would go on with it under its other name. Answers with their new paths, a line each, in base64.
 */
export const SET_ASIDE = script(
  "hostenv-set-aside",
  `${OWNER}
owner=$1 suffix=$2
shift 2
exec </dev/null
found=$(as_owner '${RENAME}' sh look "$@") || fail "what is in $* can't be looked at by its owner"
if [ "$found" = found ]; then
  manager=user@$owner.service ended=
  case $(systemctl show -p ActiveState --value "$manager") in
    inactive | failed) ;;
    *)
      systemctl stop "$manager" || fail "$manager can't be stopped"
      ended=yes
      ;;
  esac
  [ "$suffix" = copy ] || suffix=before-$(date -u +%Y%m%dT%H%M%SZ)
  moved=$(as_owner '${RENAME}' sh "$suffix" "$@") ||
    problem="what is in $* can't be renamed, but for: \${moved:-nothing}"
  [ -z "$ended" ] || systemctl start "$manager" || true
  [ -z "\${problem-}" ] || fail "$problem"
  # What a process of the owner's might say in its place are no lines of ours.
  printf 'aside '
  printf %s "$moved" | encoded 4096
fi
`,
);
