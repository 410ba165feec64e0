import type { Pin } from "../../domain/fleet.ts";
import { byBytes } from "../../domain/json.ts";
import type { Lock } from "./schema.ts";

/**
 * Every locked input below the root, by input path. An input that follows another is one too: where
 * it leads is part of what is built.
 */
export function pinsOf(lock: Lock): Pin[] {
  return inputsBelow(lock, directInputs(lock), "", new Set());
}

/** The inputs of the flake itself: the lock's node of each, or the path of the input it follows. */
export function directInputs(lock: Lock): Inputs {
  const root = lock.nodes[lock.root ?? "root"];
  // A lock without a root node (the existing tool's test files) names its inputs directly.
  return root ? (root.inputs ?? {}) : Object.fromEntries(Object.keys(lock.nodes).map((name) => [name, name]));
}

type Inputs = Readonly<Record<string, string | string[]>>;

// A node that several inputs share is listed for each, and what lies below it only once: a lock made
// for the purpose could otherwise grow without bound, or run in a circle.
function inputsBelow(lock: Lock, inputs: Inputs, prefix: string, seen: Set<string>): Pin[] {
  return Object.keys(inputs)
    .sort(byBytes)
    .flatMap((input) => {
      const target = inputs[input] as string | string[];
      const name = prefix + input;
      if (typeof target !== "string") return [follows(name, target)];
      const node = Object.hasOwn(lock.nodes, target) ? lock.nodes[target] : undefined;
      if (!node) return [];
      const isNew = !seen.has(target);
      seen.add(target);
      const below = isNew ? inputsBelow(lock, node.inputs ?? {}, `${name}/`, seen) : [];
      return [pin(name, node.locked ?? {}), ...below];
    });
}

function follows(name: string, target: readonly string[]): Pin {
  return { name, url: `follows:${target.join("/")}`, rev: null, narHash: null };
}

function pin(name: string, locked: Record<string, unknown>): Pin {
  return { name, url: urlOf(locked), rev: text(locked.rev), narHash: text(locked.narHash) };
}

function urlOf(locked: Record<string, unknown>): string {
  const folder = text(locked.dir) === null ? "" : `?dir=${locked.dir}`;
  if (typeof locked.url === "string") return `${locked.type}+${withoutSecrets(locked.url)}${folder}`;
  const place = [locked.owner, locked.repo, locked.path, locked.id].filter(
    (part) => typeof part === "string",
  );
  // A forge of one's own is another place than the public one.
  const host = text(locked.host) === null ? "" : `${folder === "" ? "?" : "&"}host=${locked.host}`;
  return `${locked.type ?? "unknown"}:${place.join("/")}${folder}${host}`;
}

// A token in a private repository's address must not reach a report. `git@` is no secret.
function withoutSecrets(url: string): string {
  return url
    .replace(/:\/\/(?!git@)[^/@]*@/, "://redacted@")
    .replace(/([?&][^=&]*(?:token|secret|password|key)[^=&]*=)[^&#]*/gi, "$1redacted");
}

const FORGES: Readonly<Record<string, string>> = {
  github: "https://github.com/",
  gitlab: "https://gitlab.com/",
  sourcehut: "https://git.sr.ht/",
};

/** The address git can read a pin's history from, null where there is none to be known. */
export function repositoryOf({ url }: Pin): string | null {
  const [, scheme = "", rest = ""] = /^([a-z]+)[+:]([^?]*)/.exec(url) ?? [];
  if (/:\/\/redacted@|=redacted|[?&]host=/.test(url)) return null;
  if (scheme === "git" && url.startsWith("git+")) return rest;
  const forge = Object.hasOwn(FORGES, scheme) ? FORGES[scheme] : undefined;
  return forge === undefined ? null : forge + rest;
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** The project an input path belongs to: its first segment, where that is organisation__project. */
export function projectOfInput(name: string): string | null {
  const first = name.split("/")[0] as string;
  return first.includes("__") ? first : null;
}

/** organisation__project as hostenv compares it: lower case, letters and digits only. */
export function normalisedProject(inputName: string): string {
  return inputName
    .split("__")
    .map((part) => part.replace(/[^A-Za-z0-9]/g, "").toLowerCase())
    .join("__");
}
