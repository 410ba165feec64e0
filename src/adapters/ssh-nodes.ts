import { hostKeysIn } from "../domain/deploy/host-keys.ts";
import { CANARY_FOLDER, LIVE_FILE, LIVE_FOLDER } from "../domain/deploy/live.ts";
import { checkedProfilePath } from "../domain/deploy/node-paths.ts";
import { lockedBy } from "../domain/deploy/preflight.ts";
import { checkedUser, connectionOf } from "../domain/deploy/ssh-options.ts";
import type { JsonValue } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";
import type {
  BackupDone,
  DataPlace,
  LookAt,
  NodeLock,
  NodeLook,
  Nodes,
  NodeTarget,
  ProfileLink,
  ProfilePlace,
  Running,
  RunningSystems,
} from "../ports/nodes.ts";
import { Answer, linksIn, liveIn, lockIn, lookedAt, type ParseJson } from "./ssh-answers.ts";
import { backupIn } from "./ssh-backup.ts";
import { type Call, SshClient } from "./ssh-client.ts";
import { lastLines } from "./ssh-failures.ts";
import { SshLogins } from "./ssh-logins.ts";
import { Renewals } from "./ssh-renewals.ts";
import { asideIn, leavingPlan, leftIn, lookingWhatIsLeft, settingAside } from "./ssh-restores.ts";
import * as scripts from "./ssh-scripts.ts";
import * as units from "./ssh-unit-scripts.ts";
import { type SshSettings, SshWrapper } from "./ssh-wrapper.ts";

/** What deploys over SSH need. */
export interface SshNodesSettings extends SshSettings {
  /** What messages call the file of the host keys. */
  readonly knownHostsFile: string;
  readonly parse: ParseJson;
  /** How long a backup may take; default 6 hours. */
  readonly backupSeconds?: number;
}

/** More of deployed.json is not read: a node of 1,000 environments has about 5 MiB of it. */
const MOST_LIVE_BYTES = 32 * 2 ** 20;
// In base64, with the lines of some thousand profiles.
const MOST_LOOK_BYTES = 48 * 2 ** 20;
const MOST_BACKUP_BYTES = 24 * 2 ** 20;

const BACKUP_SECONDS = 6 * 60 * 60;
const ACTIVATION_SECONDS = 15 * 60;

/** Nodes by SSH, every script a constant. */
export class SshNodes implements Nodes, RunningSystems {
  private readonly settings: SshNodesSettings;
  private readonly wrapper: SshWrapper;
  private readonly client: SshClient;
  private readonly logins: SshLogins;
  private readonly renewals = new Renewals();
  /** Who holds each lock that is ours. */
  private readonly owners = new Map<string, string>();
  private readonly abandoned = new AbortController();

  private constructor(settings: SshNodesSettings, wrapper: SshWrapper, client: SshClient) {
    this.settings = settings;
    this.wrapper = wrapper;
    this.client = client;
    this.logins = new SshLogins(wrapper.shared, (node, purpose, call) => this.ask(node, purpose, call));
  }

  /** Throws HostenvError `known-hosts`, `ssh-missing`, `ssh-key-unusable`, `file-unusable`. */
  static async open(settings: SshNodesSettings): Promise<SshNodes> {
    const keys = hostKeysIn(settings.knownHosts, settings.knownHostsFile);
    const wrapper = await SshWrapper.make(settings);
    return new SshNodes(settings, wrapper, new SshClient(wrapper, keys, settings.knownHostsFile));
  }

  /** The public half of the key that was given, as authorized_keys has it; null without one. */
  get publicKey(): string | null {
    return this.wrapper.identity?.publicKey ?? null;
  }

  /**
   * The environment in which Nix and deploy-rs reach this node as we do: our ssh comes first on PATH, and
   * Nix is given the node's options. Throws HostenvError `ssh-host`, `ssh-option`.
   */
  environment(node: NodeTarget): Record<string, string> {
    const { options } = connectionOf(node.name, node.host, node.sshOptions);
    return { ...this.wrapper.environment(), NIX_SSHOPTS: options.join(" ") };
  }

  /**
   * The environment for a program that activates profiles of these users. Connections of environments are opened
   * meanwhile, for its commands to share. What the deploy user changes may concern logins: no connection of before
   * is shared afterwards. Throws as `environment`.
   */
  activating(node: NodeTarget, users: readonly string[]): Record<string, string> {
    const environment = this.environment(node);
    const { shared } = this.wrapper;
    if (shared === null) return environment;
    if (users.includes(node.deployUser)) shared.renew(node.name);
    // One after the other, as they are activated.
    this.logins.openAhead(node, users, 1);
    return { ...environment, ...shared.forPrograms(node.name) };
  }

  async look(node: NodeTarget, at: LookAt): Promise<NodeLook> {
    const input = [
      ...at.profiles.map(({ path }) => `profile ${checkedProfilePath(path)}\n`),
      ...at.users.map((user) => `user ${checkedUser(user)}\n`),
      ...Object.values(at.uids).map((uid) => `uid ${Number(uid)}\n`),
    ].join("");
    const args = [LIVE_FILE, String(MOST_LIVE_BYTES), `${LIVE_FOLDER}/lock`];
    const answer = await this.ask(node, "look at it", {
      ...{ script: scripts.LOOK, args, input, seconds: 120, mostBytes: MOST_LOOK_BYTES },
    });
    const { there, ...looked } = lookedAt(answer, at, MOST_LIVE_BYTES, this.settings.parse);
    const users = at.users.filter((user) => there.has(user));
    const missingUsers = at.users.filter((user) => !there.has(user));
    return { ...looked, missingUsers, logins: await this.logins.tried(node, users) };
  }

  async live(node: NodeTarget): Promise<JsonValue | null> {
    const call = {
      script: scripts.LIVE,
      args: [LIVE_FILE, String(MOST_LIVE_BYTES)],
      mostBytes: MOST_LOOK_BYTES,
    };
    const answer = await this.ask(node, "read deployed.json", call);
    return liveIn(answer, MOST_LIVE_BYTES, this.settings.parse);
  }

  async lock(node: NodeTarget, owner: string, seconds: number): Promise<NodeLock | null> {
    const args = [LIVE_FOLDER, String(seconds)];
    const input = `${checkedOwner(owner)}\n`;
    const call = { script: scripts.LOCK, args, input, seconds: 90 };
    const take = async () => lockIn(await this.ask(node, "take its lock", call));
    const holder = await take();
    if (holder !== null) return holder;
    this.owners.set(node.name, owner);
    this.renewals.keep(`${node.name} ${owner}`, seconds, async () => (await take()) === null);
    return null;
  }

  async unlock(node: NodeTarget, owner: string): Promise<void> {
    await this.renewals.end(`${node.name} ${owner}`);
    const input = `${checkedOwner(owner)}\n`;
    const call = { script: scripts.UNLOCK, args: [LIVE_FOLDER], input, seconds: 90 };
    await this.ask(node, "give its lock back", call);
    this.owners.delete(node.name);
  }

  async prepare(node: NodeTarget, profiles: readonly ProfilePlace[]): Promise<void> {
    const input = profiles
      .map(
        ({ profile, user, path }) =>
          `${checkedUser(profile)} ${checkedUser(user)} ${checkedProfilePath(path)}\n`,
      )
      .join("");
    const args = [LIVE_FOLDER, node.deployUser, CANARY_FOLDER];
    // Their activation comes next.
    const users = profiles.map(({ user }) => user).filter((user) => user !== "root");
    this.logins.openAhead(node, users);
    await this.ask(node, "make its folders", { script: scripts.PREPARE, args, input, asRoot: true });
  }

  async profiles(
    node: NodeTarget,
    places: readonly ProfilePlace[],
  ): Promise<Readonly<Record<string, ProfileLink | null>>> {
    const input = places.map(({ path }) => `profile ${checkedProfilePath(path)}\n`).join("");
    return linksIn(await this.ask(node, "read its profiles", { script: scripts.PROFILES, input }), places);
  }

  async writeLive(node: NodeTarget, text: string): Promise<void> {
    const args = [LIVE_FOLDER, LIVE_FILE.slice(LIVE_FOLDER.length + 1), String(Buffer.byteLength(text))];
    const owner = this.owners.get(node.name) ?? "";
    const call = { script: scripts.WRITE, args, input: `${owner}\n${text}`, seconds: 300 };
    const holder = lockIn(await this.ask(node, "write deployed.json", call));
    if (holder) throw HostenvError.of(lockedBy(node.name, holder));
  }

  async backup(node: NodeTarget, user: string, name: string): Promise<BackupDone> {
    const seconds = this.settings.backupSeconds ?? BACKUP_SECONDS;
    const stop = this.abandoned.signal;
    const call = { script: units.BACKUP, user, args: [checkedBackup(name)], seconds, stop };
    const answer = await this.ask(node, `back up '${user}'`, { ...call, mostBytes: MOST_BACKUP_BYTES });
    return backupIn(answer, user, name, this.settings.parse);
  }

  async restorePlan(node: NodeTarget, place: DataPlace, plan: JsonValue | null): Promise<void> {
    await this.ask(node, `leave a restore plan for '${place.user}'`, leavingPlan(place, plan));
  }

  async restoreLeft(node: NodeTarget, place: DataPlace): Promise<readonly string[]> {
    const answer = await this.ask(node, `look what '${place.user}' restored`, lookingWhatIsLeft(place));
    return leftIn(answer, this.settings.parse);
  }

  async setAside(node: NodeTarget, place: DataPlace, as: "before" | "copy"): Promise<readonly string[]> {
    const purpose = `set aside what '${place.user}' has there`;
    return asideIn(await this.ask(node, purpose, settingAside(place, as)), place);
  }

  async rollBack(node: NodeTarget, place: ProfilePlace, generation: number): Promise<void> {
    const purpose = `bring '${place.profile}' back to generation ${generation}`;
    const args = [checkedProfilePath(place.path), String(generation)];
    const call = { script: units.ROLL_BACK, args, ...whose(place), seconds: ACTIVATION_SECONDS };
    const answer = await this.ask(node, purpose, call);
    if (answer.one("activated") === null) throw notRolledBack(answer, place, generation);
  }

  async running(node: NodeTarget): Promise<Running> {
    const answer = await this.ask(node, "look what it runs", { script: units.RUNNING });
    const told = (word: string) => {
      const said = answer.one(word);
      return said === null ? null : said === "yes";
    };
    return { isCurrent: told("current"), needsReboot: told("reboot") };
  }

  async lastLines(node: NodeTarget, user: string | null): Promise<readonly string[]> {
    const whom = user === null ? { asRoot: true, args: ["--system"] } : { user, args: ["--user"] };
    const answer = await this.ask(node, "read its journal", { script: units.LAST_LINES, ...whom });
    const lines = answer.bytes("lines")?.toString("utf8").split("\n") ?? [];
    return lines.filter((line) => line !== "");
  }

  /** Waits for no backup any more: what nobody restores yet may end, or fail, without us. */
  abandon(): void {
    this.abandoned.abort();
  }

  async dispose(): Promise<void> {
    await this.renewals.endAll();
    await this.client.dispose();
    await this.wrapper.remove();
  }

  private async ask(
    node: NodeTarget,
    purpose: string,
    call: Omit<Call, "user" | "purpose"> & { readonly user?: string },
  ): Promise<Answer> {
    const lines = await this.client.call(node, { user: node.deployUser, ...call, purpose });
    return new Answer(node.name, purpose, lines);
  }
}

function whose({ user }: ProfilePlace): { asRoot: true } | { user: string } {
  return user === "root" ? { asRoot: true } : { user };
}

// It stands in one line of a file.
function checkedOwner(owner: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (owner !== "" && owner.length <= 500 && !/[\u0000-\u001f\u007f]/.test(owner)) return owner;
  throw new Error("the owner of a lock is one line of at most 500 characters");
}

// A part of the names of a unit and of a program.
function checkedBackup(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(name)) return name;
  throw new HostenvError(
    "backup-name",
    `'${name}' is no name of a backup`,
    "use letters, digits, dots, dashes and underscores in the names of services.restic.backups",
  );
}

function notRolledBack(answer: Answer, { profile }: ProfilePlace, generation: number): HostenvError {
  const said = lastLines(answer.bytes("failed")?.toString("utf8") ?? "") || "it does not say why";
  const restored = answer.one("restored");
  const now =
    restored === null
      ? `generation ${answer.one("lost")} was made current again, and activating it failed, too`
      : `generation ${restored} is current and active again`;
  return new HostenvError(
    "rollback-failed",
    `generation ${generation} of '${profile}' on node '${answer.node}' can't be activated: ${said}; ${now}`,
    "see the lines above; another generation may do, or deploy a repaired one",
  );
}
