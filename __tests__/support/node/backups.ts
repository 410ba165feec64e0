import type { TestNode } from "../node.ts";

/** How a backup is made; by default as the modules of hostenv make it. */
export interface BackupOptions {
  /** Whether `~/.local/bin/restic-<name>` is there. */
  readonly wrapper?: boolean;
  /** Whether its snapshots carry its name. */
  readonly tagged?: boolean;
  /** Whether its repository is in /run/backups, and its data where `test-restore` restores it. */
  readonly shared?: boolean;
  /** Commands of the unit instead of restic's. */
  readonly commands?: readonly string[];
}

/** Gives an environment's user a backup: a real restic repository, in its home by default, a unit, and the wrapper. */
export function addBackup(node: TestNode, user: string, name: string, options: BackupOptions = {}): void {
  const { wrapper = true, tagged = true, shared = false } = options;
  const home = `/home/${user}`;
  const [data, repository, password] = shared
    ? [`${home}/.local/share/site`, `/run/backups/${user}`, `/run/backups/${user}.password`]
    : [`${home}/data`, `${home}/repository`, `${home}/password`];
  const tag = tagged ? `--tag ${name} ` : "";
  const commands = options.commands ?? [`restic backup ${tag}${data}`];
  const unit = [
    "[Service]",
    "Type=oneshot",
    `Environment=RESTIC_REPOSITORY=${repository}`,
    `Environment=RESTIC_PASSWORD_FILE=${password}`,
    `Environment=RESTIC_CACHE_DIR=${home}/.cache/restic`,
    ...commands.map((command) => `ExecStart=${command}`),
    "",
  ].join("\n");
  const restic = `#!/bin/sh\nexport RESTIC_REPOSITORY=${repository} RESTIC_PASSWORD_FILE=${password}\nexec restic "$@"\n`;
  node.runAs(
    user,
    `mkdir -p ${data} .local/bin .config/systemd/user; date >${data}/file; echo secret >${password}
     [ -d ${repository} ] || RESTIC_PASSWORD_FILE=${password} restic init --quiet --repo ${repository}`,
  );
  node.write(`${home}/.config/systemd/user/restic-backups-${name}.service`, unit);
  if (wrapper) node.write(`${home}/.local/bin/restic-${name}`, restic, 0o755);
}

/** Full ids of a user's snapshots, the oldest first. */
export function snapshotsOf(node: TestNode, user: string): string[] {
  const listed = node.runAs(user, "restic --password-file password --repo repository snapshots --json");
  return (JSON.parse(listed) as { id: string }[]).map(({ id }) => id);
}
