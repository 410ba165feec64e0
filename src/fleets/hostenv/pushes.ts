import { byBytes, equal, type JsonObject, type JsonValue } from "../../domain/json.ts";
import { isSameRepository, type Repository, repositoryAt, repositoryOn } from "../../domain/project-push.ts";
import { projectOf } from "./facts.ts";
import { type FlakeInputs, lockText, withInputsOf } from "./locks.ts";
import { directInputs, normalisedProject, projectOfInput } from "./pins.ts";
import type { Lock, Plan } from "./schema.ts";

/** An input of the provider that is a client's project. */
export interface ProjectInput {
  readonly name: string;
  /** The branch that it follows; null for whichever the repository calls its own. */
  readonly branch: string | null;
}

type Reference = Readonly<Record<string, unknown>>;

// What Nix's short references stand for.
const SERVERS: Readonly<Record<string, string>> = {
  github: "github.com",
  gitlab: "gitlab.com",
  sourcehut: "git.sr.ht",
};

/** The repository of a flake reference as locks write it; null where it has none that others can name. */
export function repositoryOf(reference: Reference): Repository | null {
  const [type, url] = [textOf(reference.type), textOf(reference.url)];
  if (url !== null) return repositoryAt(url, "");
  const server = Object.hasOwn(SERVERS, type ?? "") ? SERVERS[type as string] : undefined;
  const [owner, repo] = [textOf(reference.owner), textOf(reference.repo)];
  if (server === undefined || owner === null || repo === null) return null;
  return repositoryOn(textOf(reference.host) ?? server, `${decoded(owner)}/${repo}`);
}

// GitLab's groups are written with %2F between them.
function decoded(owner: string): string {
  return owner.replaceAll(/%2f/gi, "/");
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** The provider's projects that lie in a repository, by name; `caseless` as `isSameRepository` has it. */
export function projectsIn(root: Lock, repository: Repository, caseless: readonly string[]): ProjectInput[] {
  return Object.entries(directInputs(root))
    .flatMap(([name, target]): ProjectInput[] => {
      const original = typeof target === "string" ? root.nodes[target]?.original : undefined;
      if (projectOfInput(name) === null || original === undefined) return [];
      const found = repositoryOf(original);
      const isIt = found !== null && isSameRepository(found, repository, caseless);
      return isIt ? [{ name, branch: textOf(original.ref) }] : [];
    })
    .sort((left, right) => byBytes(left.name, right.name));
}

/** Environments of these projects by name, with the branch that each is on. */
export function environmentsOf(
  plan: Plan,
  inputs: FlakeInputs,
  projects: readonly ProjectInput[],
): ReadonlyMap<string, string | null> {
  const wanted = new Set(projects.map(({ name }) => normalisedProject(name)));
  const found = Object.entries(plan.environments).filter(([, environment]) =>
    wanted.has(projectOf(environment)),
  );
  return new Map(found.map(([name]) => [name, textOf(ownOf(inputs, name)?.ref)]));
}

function ownOf(inputs: FlakeInputs, name: string): JsonObject | undefined {
  return Object.hasOwn(inputs, name) ? inputs[name] : undefined;
}

/** The revision that a lock has of an input. */
export function revisionOf(lock: Lock, name: string): string | null {
  const target = directInputs(lock)[name];
  return typeof target === "string" ? textOf(lock.nodes[target]?.locked?.rev) : null;
}

/** A lock with these inputs as another one has them, and all others as they were; null where nothing differs. */
export function movedLock(lock: Lock, moved: Lock, names: readonly string[]): string | null {
  const text = lockText(withInputsOf(lock, moved, names));
  return text === lockText(lock) ? null : text;
}

/**
 * What of a proposed lock may be taken: these inputs, if each is of one of the projects' repositories, at the place
 * that it says it is of. The first name of what is not so, null where all is well.
 */
export function strangerAmong(
  proposed: Lock,
  names: readonly string[],
  projects: readonly Reference[],
): string | null {
  const places = projects.map(placeOf);
  const direct = directInputs(proposed);
  const isStrange = (name: string) => {
    if (!Object.hasOwn(direct, name)) return false;
    const target = direct[name];
    const { original = {}, locked = {} } = (typeof target === "string" ? proposed.nodes[target] : {}) ?? {};
    const place = placeOf(original);
    return !places.some((each) => equal(each, place)) || !equal(place, placeOf(locked));
  };
  return names.find(isStrange) ?? null;
}

const PLACE = ["type", "url", "host", "owner", "repo", "path", "id"];

function placeOf(reference: Reference): JsonValue {
  return PLACE.map((key) => textOf(reference[key]));
}
