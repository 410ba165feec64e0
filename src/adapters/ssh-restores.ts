import { z } from "zod";
import { checkedHomeFolder, checkedRuntimeDir } from "../domain/deploy/node-paths.ts";
import { checkedUser } from "../domain/deploy/ssh-options.ts";
import { canonical, type JsonValue } from "../domain/json.ts";
import type { DataPlace } from "../ports/nodes.ts";
import type { Answer, ParseJson } from "./ssh-answers.ts";
import type { Call } from "./ssh-client.ts";
import { LEFT, RESTORE, SET_ASIDE } from "./ssh-restore-scripts.ts";

/** More than a plan of some thousand backups has. */
const MOST_PLAN_BYTES = 2 ** 20;
/** Ending what an environment runs, and removing a copy of its data. */
const ASIDE_SECONDS = 15 * 60;

const leftSchema = z.object({ snapshots: z.record(z.string(), z.unknown()) });

type Asked = Omit<Call, "user" | "purpose">;

/** Leaves a plan; null removes it. Throws HostenvError `node-path`, `user-name`. */
export function leavingPlan(place: DataPlace, plan: JsonValue | null): Asked {
  const input = plan === null ? "" : `${canonical(plan)}\n`;
  const size = plan === null ? "remove" : String(Buffer.byteLength(input));
  return { script: RESTORE, args: [folderOf(place), String(place.uid), size], input, asRoot: true };
}

/** Looks what is left of a plan. Throws as `leavingPlan`. */
export function lookingWhatIsLeft(place: DataPlace): Asked {
  return { script: LEFT, args: [folderOf(place), String(place.uid), String(MOST_PLAN_BYTES)], asRoot: true };
}

/** The backups that a plan still names; one that can't be read is still there. Throws HostenvError `node-answer`. */
export function leftIn(answer: Answer, parse: ParseJson): readonly string[] {
  const said = answer.one("left");
  if (said === "none") return [];
  const [, text] = /^plan ([A-Za-z0-9+/=]*)$/.exec(said ?? "") ?? [];
  if (text === undefined) return ["plan.json"];
  const bytes = Buffer.from(text, "base64");
  const parsed = leftSchema.safeParse(parse(bytes, `what is to be restored on node '${answer.node}'`));
  return parsed.success ? Object.keys(parsed.data.snapshots) : ["plan.json"];
}

/** Renames what is in the way. Throws as `leavingPlan`. */
export function settingAside(place: DataPlace, as: "before" | "copy"): Asked {
  const args = [String(place.uid), as, ...foldersOf(place)];
  return { script: SET_ASIDE, args, asRoot: true, seconds: ASIDE_SECONDS };
}

/** Where it is now. */
export function asideIn(answer: Answer, place: DataPlace): readonly string[] {
  const lines = answer.bytes("aside")?.toString("utf8").split("\n") ?? [];
  const isOurs = (line: string) =>
    foldersOf(place).some(
      (folder) =>
        line.startsWith(`${folder}.`) && /^(?:copy|before-\d{8}T\d{6}Z)$/.test(line.slice(folder.length + 1)),
    );
  return lines.filter(isOurs);
}

function folderOf({ user, runtimeDir }: DataPlace): string {
  return checkedRuntimeDir(runtimeDir, checkedUser(user));
}

function foldersOf({ user, folders }: DataPlace): string[] {
  return folders.map((folder) => checkedHomeFolder(folder, checkedUser(user)));
}
