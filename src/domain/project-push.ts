import { z } from "zod";
import { sha256 } from "./changes.ts";
import { canonical } from "./json.ts";

/** The longest name of a branch that GitHub takes, in bytes. */
const LONGEST_BRANCH = 255;

/** A server's name in small letters. */
const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;

/** Where a repository is: its server in small letters, and its path there without `.git`. */
export interface Repository {
  readonly host: string;
  readonly path: string;
}

// On these servers a repository has one name, however its letters are written.
const CASELESS = ["github.com", "gitlab.com"];

/** Whether both are one repository. `caseless` names more servers on which letters may be written as one likes. */
export function isSameRepository(left: Repository, right: Repository, caseless: readonly string[]): boolean {
  if (left.host !== right.host) return false;
  if (left.path === right.path) return true;
  const isCaseless = [...CASELESS, ...caseless].includes(left.host);
  return isCaseless && left.path.toLowerCase() === right.path.toLowerCase();
}

/**
 * The repository that an address leads to: `https://host/path`, `ssh://git@host/path`, `git@host:path`, or `owner/name`
 * on `server`, the host of the forge that says so. Null where it is none of these.
 */
export function repositoryAt(address: string, server: string): Repository | null {
  if (/^[\w.-]+\/[\w.-]+$/.test(address)) return repositoryOn(server, address);
  const url = /^(?:git\+)?(?:https?|ssh|git):\/\/(?:[^/@\s]*@)?([^/@\s?#]+)\/([^\s?#]+)(?:[?#]\S*)?$/.exec(
    address,
  );
  const found = url ?? /^[\w.-]+@([\w.-]+):([^\s?#]+)$/.exec(address);
  return found === null ? null : repositoryOn(found[1] as string, found[2] as string);
}

/** The repository of a path on a server, whatever its port; null where either is none. */
export function repositoryOn(host: string, path: string): Repository | null {
  const name = path.replace(/^\/+|\/+$/g, "").replace(/\.git$/, "");
  // By ssh a server is asked at another port than by https.
  const server = host.toLowerCase().replace(/:\d+$/, "");
  if (!HOST.test(server) || !/^[\w.~+-]+(?:\/[\w.~+-]+)*$/.test(name)) return null;
  return name.split("/").some((part) => /^\.+$/.test(part)) ? null : { host: server, path: name };
}

/**
 * The branch of a full reference, or of a bare name; null for a tag and for any other reference, and for a name that
 * Nix takes for no input.
 */
export function branchOf(ref: string): string | null {
  const [, full] = /^refs\/heads\/(.+)$/s.exec(ref) ?? [];
  const name = full ?? (ref.startsWith("refs/") ? null : ref);
  if (name === null || name.length > LONGEST_BRANCH) return null;
  const isUsable = /^[a-zA-Z0-9@][a-zA-Z0-9_./@+-]*$/.test(name) && !/\.\.|\/\/|@\{|\.lock$|[/.]$/.test(name);
  return isUsable ? name : null;
}

/**
 * The branch of a provider's proposal about a project's branch: the next push takes its place. Two whose readable
 * parts are the same have another hash.
 */
export function proposalBranch(
  provider: string,
  { projects, branch }: Pick<ProjectUpdate, "projects" | "branch">,
): string {
  const hash = sha256(canonical([provider, [...projects], branch]));
  const words = [...projects, branch ?? ""].map(word).filter((each) => each !== "");
  return `hostenv/project-${words.join("-").slice(0, LONGEST_WORDS)}-${hash.slice(0, 8)}`;
}

/** So much of project and branch is shown in the name of a proposal's branch. */
const LONGEST_WORDS = 80;

function word(text: string): string {
  return text.replace(/[^A-Za-z0-9_]+/g, "-").replace(/^-+|-+$/g, "");
}

const names = z.array(z.string().min(1).max(256)).max(100);

/** What the two texts of a proposal hold at most, in characters: a lock of 5,000 environments is a tenth of it. */
const LONGEST_LOCK = 32 * 1024 * 1024;

/** `project update --proposal FILE`: what a project's push changes for the provider. */
export const projectUpdateSchema = z.strictObject({
  schema: z.literal(1),
  result: z
    .enum(["moved", "unchanged", "ignored"])
    .describe(
      "moved: pins are to move; unchanged: there is nothing to move, a pull request of this branch has nothing left; ignored: " +
        "the push is about nothing that is hosted here.",
    ),
  reason: z.string().max(1000).nullable().describe("Why nothing moves."),
  projects: names.describe("Inputs of the provider that are this repository, by name."),
  branch: z.string().max(LONGEST_BRANCH).nullable().describe("Null for what is no branch."),
  deleted: z.boolean(),
  environments: z.strictObject({
    moved: names.describe("Environments on the branch whose pin moves."),
    added: names.describe("Environments that come to be, of this project."),
    removed: names.describe("Environments that cease to be, of this project."),
  }),
  revision: z
    .string()
    .max(64)
    .nullable()
    .describe("What Nix locked for the branch, or for the project's own input."),
  rootLock: z
    .string()
    .max(LONGEST_LOCK)
    .nullable()
    .describe("flake.lock as it is to be; null where it stays."),
  generatedLock: z
    .string()
    .max(LONGEST_LOCK)
    .nullable()
    .describe("The snapshot's flake.lock as it is to be; null where it stays."),
});

/** What a push of a project's repository is to change. */
export type ProjectUpdate = z.infer<typeof projectUpdateSchema>;

/** `project propose --json`. */
export const projectProposeSchema = z.strictObject({
  schema: z.literal(1),
  result: z
    .enum(["proposed", "closed", "none", "dry-run"])
    .describe(
      "proposed: a pull request has it; closed: nothing was left of the pull request; none: there is nothing to do.",
    ),
  branch: z.string().nullable().describe("The pull request's branch; null where there is none."),
  commit: z.string().nullable().describe("The commit that moves the pins."),
  pullRequest: z.int().nullable(),
  url: z.string().nullable(),
  planned: z.boolean().describe("Whether the workflow was started that comments on it."),
});

/** What became of a proposal. */
export type ProjectProposal = z.infer<typeof projectProposeSchema>;
