import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";

const VARIABLES = {
  sshd: "HOSTENV_TEST_SSHD",
  "ssh-keygen": "HOSTENV_TEST_SSH_KEYGEN",
  restic: "HOSTENV_TEST_RESTIC",
} as const;

type NodeTool = keyof typeof VARIABLES | "activate" | "deploy";

/** A program that nodes need: where scripts/test.mjs found it, else on PATH; empty where there is none. */
export function nodeTool(name: NodeTool): string {
  if (name !== "activate" && name !== "deploy") return process.env[VARIABLES[name]] ?? onPath(name);
  const folder = process.env.HOSTENV_TEST_DEPLOY_RS;
  return folder ? join(folder, name) : "";
}

// An ordinary PATH lacks the folders of servers.
function onPath(name: string): string {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? "";
}

/**
 * Folders of the machine that a node has to see, because tools were unpacked in them: below a home, which
 * a node covers with one of its own.
 */
export function toolFolders(): string[] {
  const unpacked = [nodeTool("sshd"), nodeTool("restic")].filter(
    (path) => path !== "" && !relative(homedir(), path).startsWith(".."),
  );
  const folders = new Set(unpacked.map((path) => dirname(dirname(path))));
  return [...folders].flatMap((folder) => readdirSync(folder).map((part) => join(folder, part)));
}

/** OpenSSH's version as a number, 9.2 for example. */
export function sshdVersion(): number {
  const { stderr, stdout } = spawnSync(nodeTool("sshd"), ["-V"], { encoding: "utf8" });
  return Number(/OpenSSH_(\d+\.\d+)/.exec(`${stdout}${stderr}`)?.[1] ?? 0);
}

/** Why this machine can't run nodes for tests; null where it can. */
export function whyNoNodes(): string | null {
  if (process.platform !== "linux") return "they need Linux's namespaces";
  if (process.getuid?.() !== 0) return "they need root, for users of their own and mounts";
  for (const tool of ["sshd", "ssh-keygen", "restic"] as const)
    if (nodeTool(tool) === "") return `there is no ${tool}`;
  for (const tool of ["ssh", "sudo", "nsenter", "setpriv", "flock", "nix-daemon"])
    if (onPath(tool) === "") return `there is no ${tool} on PATH`;
  if (nixIsInStore()) return "Nix itself is in /nix, which a node covers with a store of its own";
  const tried = spawnSync("unshare", ["--mount", "--pid", "--uts", "--ipc", "--fork", "true"]);
  return tried.status === 0 ? null : "this machine allows no new namespaces";
}

function nixIsInStore(): boolean {
  const { stdout } = spawnSync("readlink", ["-f", onPath("nix-daemon")], { encoding: "utf8" });
  return stdout.startsWith("/nix/");
}
