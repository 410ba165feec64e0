import { randomInt } from "node:crypto";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { NodeOptions, NodeUser } from "../node.ts";
import { keyPair } from "./keys.ts";
import { nodeTool, sshdVersion } from "./tools.ts";

/** Where the shell scripts of a node lie. */
export const SCRIPTS_FOLDER = fileURLToPath(new URL(".", import.meta.url));

/** What a node's files settle. */
export interface NodeFiles {
  readonly address: string;
  readonly hostKey: string;
}

const SCRIPTS = {
  "test-add-user": "add-user.sh",
  "test-session": "session.sh",
  "test-restore": "restore.sh",
  systemctl: "systemctl.sh",
  journalctl: "journalctl.sh",
};

/** Writes what makes a node differ from this machine below a folder, for init.sh to take. */
export function writeNodeFiles(folder: string, options: NodeOptions): NodeFiles {
  const address = freeAddress();
  const host = keyPair();
  const users = [deployUser(options), ...(options.users ?? [])];
  const files: Record<string, string> = {
    "os-release": `NAME=NixOS\nID=${options.os ?? "nixos"}\nVERSION_ID="24.11"\n`,
    hosts: `127.0.0.1 localhost\n127.0.0.1 ${options.name ?? "node-a"}\n`,
    "nix/nix.conf": nixConf(options.trustedKeys ?? []),
    sudoers: SUDOERS,
    "pam.d/sudo":
      "auth sufficient pam_permit.so\naccount sufficient pam_permit.so\nsession sufficient pam_permit.so\n",
    "ssh/sshd_config": sshdConfig(address),
    "ssh/ssh_host_ed25519_key": host.privateKey,
    "test-users": users.map(({ name, uid }) => `${name} ${uid}\n`).join(""),
    ...Object.fromEntries(
      users.map(({ name, keys }) => [`ssh/authorized_keys.d/${name}`, `${keys.join("\n")}\n`]),
    ),
  };
  for (const [path, text] of Object.entries(files)) write(join(folder, "etc", path), text, modeOf(path));
  for (const [name, script] of Object.entries(SCRIPTS)) {
    const text = readFileSync(join(SCRIPTS_FOLDER, script), "utf8");
    write(join(folder, "sw", name), text, 0o755);
  }
  for (const tool of ["restic", "activate"] as const) {
    const path = nodeTool(tool);
    if (path !== "") copyFileSync(path, join(folder, "sw", tool));
  }
  mkdirSync(join(folder, "test/counts"), { recursive: true });
  chmodSync(join(folder, "test/counts"), 0o1777);
  for (const name of ["sessions", "faults", "sshd.log"]) write(join(folder, "test", name), "", 0o666);
  return { address, hostKey: host.publicKey };
}

function deployUser({ deployKeys }: NodeOptions): NodeUser {
  return { name: "deploy", uid: 900, keys: deployKeys };
}

// All of 127/8 is this machine. Two nodes at one address are two in sixteen million, and the second
// one would not start.
function freeAddress(): string {
  return `127.${randomInt(1, 255)}.${randomInt(0, 256)}.${randomInt(1, 255)}`;
}

function modeOf(path: string): number {
  if (path === "sudoers") return 0o440;
  return path.endsWith("_key") ? 0o600 : 0o644;
}

function write(path: string, text: string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

// As NixOS has it, with the deploy user's group left out: it need not be trusted by Nix, since what it
// brings is signed.
function nixConf(trustedKeys: readonly string[]): string {
  return [
    "build-users-group =",
    "sandbox = false",
    "substituters =",
    "require-sigs = true",
    "trusted-users = root",
    `trusted-public-keys = ${trustedKeys.join(" ")}`,
    "",
  ].join("\n");
}

const SUDOERS = `Defaults secure_path="/run/current-system/sw/bin:/usr/sbin:/usr/bin:/sbin:/bin"
Defaults !fqdn
root ALL=(ALL:ALL) NOPASSWD: ALL
deploy ALL=(ALL:ALL) NOPASSWD: ALL
`;

function sshdConfig(address: string): string {
  const settings = [
    `ListenAddress ${address}`,
    "Port 22",
    "HostKey /etc/ssh/ssh_host_ed25519_key",
    "PidFile /run/sshd.pid",
    "AuthorizedKeysFile /etc/ssh/authorized_keys.d/%u",
    "AuthenticationMethods publickey",
    "PermitRootLogin no",
    "UsePAM no",
    "UseDNS no",
    "PrintMotd no",
    "SetEnv PATH=/run/current-system/sw/bin:/usr/bin:/bin",
    "ForceCommand /run/current-system/sw/bin/test-session",
    // By chance refused connections would fail tests on a slow machine.
    "MaxStartups 200",
    "MaxSessions 100",
  ];
  // From 9.8 on, who fails to log in some times is refused for a while, and all of ours come from one address.
  if (sshdVersion() >= 9.8) settings.push("PerSourcePenalties no");
  return `${settings.join("\n")}\n`;
}
