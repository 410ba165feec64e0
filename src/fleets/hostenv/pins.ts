import type { Pin } from "../../domain/fleet.ts";
import type { Lock } from "./schema.ts";

/** Every locked input below the root, by input path; inputs that follow another are left out. */
export function pinsOf(lock: Lock): Pin[] {
  const root = lock.nodes[lock.root ?? "root"];
  // A lock without a root node (the existing tool's test files) names its inputs directly.
  if (!root) return Object.keys(lock.nodes).flatMap((name) => pinsBelow(lock, name, name, []));
  return Object.entries(root.inputs ?? {}).flatMap(([name, node]) =>
    typeof node === "string" ? pinsBelow(lock, node, name, []) : [],
  );
}

function pinsBelow(lock: Lock, key: string, name: string, above: readonly string[]): Pin[] {
  const node = lock.nodes[key];
  // A hand-edited lock may point in a circle.
  if (!node || above.includes(key)) return [];
  const below = Object.entries(node.inputs ?? {}).flatMap(([input, target]) =>
    typeof target === "string" ? pinsBelow(lock, target, `${name}/${input}`, [...above, key]) : [],
  );
  return [pin(name, node.locked ?? {}), ...below];
}

function pin(name: string, locked: Record<string, unknown>): Pin {
  return { name, url: urlOf(locked), rev: text(locked.rev), narHash: text(locked.narHash) };
}

function urlOf(locked: Record<string, unknown>): string {
  const folder = text(locked.dir) === null ? "" : `?dir=${locked.dir}`;
  if (typeof locked.url === "string") return `${locked.type}+${locked.url}${folder}`;
  const place = [locked.owner, locked.repo, locked.path, locked.id].filter(
    (part) => typeof part === "string",
  );
  return `${locked.type ?? "unknown"}:${place.join("/")}${folder}`;
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
