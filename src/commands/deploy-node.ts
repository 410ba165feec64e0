import { canaryFolder } from "../domain/deploy/live.ts";
import type { ProfileRun } from "../domain/deploy/results.ts";
import { HostenvError } from "../errors.ts";
import type { Activated, Activation, ActivationSettings, Activator, Store } from "../ports/deploying.ts";
import type { Nodes, NodeTarget, ProfileLink, ProfilePlace } from "../ports/nodes.ts";
import type { Clock, NodeProgress, Progress } from "../ports/people.ts";
import type { NodeBuild } from "./deploy-builds.ts";

/** What deploying one node needs of the world. */
export interface NodePorts {
  readonly nodes: Nodes;
  readonly store: Store;
  readonly activator: Activator;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly nodeProgress: Pick<NodeProgress, "at" | "ended">;
  /** Whether nothing new may begin, since the run was told to end. */
  readonly isStopped: () => boolean;
}

/** One node's part of a deploy. */
export interface NodeJob {
  readonly target: NodeTarget;
  readonly places: readonly ProfilePlace[];
  readonly build: NodeBuild;
  readonly settings: ActivationSettings;
  /** Profiles that are activated although their link is right: what they are to restore waits for it. */
  readonly forced: ReadonlySet<string>;
  /** Told what is about to be activated, before any of it is: whoever is killed then can't tell any more. */
  readonly begins: (profiles: readonly string[]) => Promise<void>;
}

type Links = Readonly<Record<string, ProfileLink | null>>;

/** What became of profiles, and what kept the rest from being tried; null where nothing did. */
export interface Activations {
  readonly runs: readonly ProfileRun[];
  readonly error: HostenvError | null;
}

/**
 * Brings a node's profiles to what was built: the system first, then all others, so that one that fails holds
 * up no other. What a link leads to afterwards is read from the node. Throws HostenvError for what is wrong before
 * anything is activated; afterwards what was done is told beside it.
 */
export async function activateNode(job: NodeJob, ports: NodePorts): Promise<Activations> {
  const { target, places, build } = job;
  await ports.nodes.prepare(target, places.filter(isSystem));
  const before = await ports.nodes.profiles(target, places);
  const differing = places.filter(
    ({ profile }) => job.forced.has(profile) || before[profile]?.storePath !== build[profile],
  );
  if (!job.settings.remoteBuild && differing.length > 0) {
    ports.nodeProgress.at(target.name, `copying what ${differing.length} profiles lack`);
    await ports.store.copy(
      differing.map(({ profile }) => build[profile] as string),
      target,
    );
  }
  if (differing.length > 0 && !ports.isStopped()) await job.begins(differing.map(({ profile }) => profile));
  const [system, others] = [differing.filter(isSystem), differing.filter((place) => !isSystem(place))];
  const first = await activateAll(system, job, before, ports);
  // Where the system is not what it is to be, users may be missing that its environments need.
  const isReady = first.error === null && first.runs.every(isThere);
  const rest = isReady ? await environmentsOf(others, job, before, ports) : left(others, job, before);
  const done = new Map([...first.runs, ...rest.runs].map((run) => [run.profile, run]));
  return {
    runs: places.map((place) => done.get(place.profile) ?? unchanged(place, before, build)),
    error: first.error ?? rest.error,
  };
}

function left(
  places: readonly ProfilePlace[],
  job: NodeJob,
  before: Links,
  error: HostenvError | null = null,
): Activations {
  return { runs: places.map(untried(job, before)), error };
}

async function environmentsOf(
  places: readonly ProfilePlace[],
  job: NodeJob,
  before: Links,
  ports: NodePorts,
): Promise<Activations> {
  try {
    if (places.length > 0) await ports.nodes.prepare(job.target, places);
  } catch (error) {
    if (error instanceof HostenvError) return left(places, job, before, error);
    throw error;
  }
  return await inLanes(places, job, before, ports);
}

/** Environments that are activated on a node at one time: each one waits more than it works. */
const LANES = 4;

// A lane that can't go on ends no other: the node is given back, and its connections end, when all have ended.
async function inLanes(
  places: readonly ProfilePlace[],
  job: NodeJob,
  before: Links,
  ports: NodePorts,
): Promise<Activations> {
  const lanes = lanesOf(places).map((lane) => activateAll(lane, job, before, ports));
  await Promise.allSettled(lanes);
  const ended = await Promise.all(lanes);
  return {
    runs: ended.flatMap(({ runs }) => runs),
    error: ended.find(({ error }) => error !== null)?.error ?? null,
  };
}

function lanesOf(places: readonly ProfilePlace[]): ProfilePlace[][] {
  const lanes = Array.from({ length: Math.min(LANES, places.length) }, (): ProfilePlace[] => []);
  for (const [index, place] of places.entries()) lanes[index % LANES]?.push(place);
  return lanes;
}

/** Whether a profile is what it was to be: its link leads there, and its activation did not fail. */
export function isThere({ after, wanted, exit }: ProfileRun): boolean {
  return after?.storePath === wanted && (exit === null || exit === 0);
}

const isSystem = ({ profile }: ProfilePlace) => profile === "system";

function unchanged({ profile }: ProfilePlace, before: Links, build: NodeBuild): ProfileRun {
  const link = before[profile] ?? null;
  return {
    profile,
    before: link,
    after: link,
    wanted: build[profile] as string,
    exit: null,
    seconds: 0,
    log: [],
  };
}

function untried({ build }: NodeJob, before: Links) {
  return (place: ProfilePlace): ProfileRun => unchanged(place, before, build);
}

// One after the other. deploy-rs stops at the first profile that fails: it is called again for the others.
async function activateAll(
  places: readonly ProfilePlace[],
  job: NodeJob,
  before: Links,
  ports: NodePorts,
): Promise<Activations> {
  const runs: ProfileRun[] = [];
  let open = places;
  while (open.length > 0 && !ports.isStopped()) {
    const started = ports.clock.seconds();
    ports.nodeProgress.at(job.target.name, `activating ${open.map(({ profile }) => profile).join(", ")}`);
    const ended = await called(open, job, ports);
    if (ended instanceof HostenvError)
      return { runs: [...runs, ...(await unended(open, job, before, ports))], error: ended };
    const after = await settled(job, open, ended, ports);
    const tried = triedBy(open, ended);
    const seconds = (ports.clock.seconds() - started) / Math.max(1, tried.length);
    const call = { job, before, after, ended, seconds };
    runs.push(...tried.map((place) => runOf(place, call)));
    open = open.filter((place) => !tried.includes(place));
  }
  return { runs: [...runs, ...open.map(untried(job, before))], error: null };
}

async function called(
  places: readonly ProfilePlace[],
  { target, settings, build }: NodeJob,
  { activator }: NodePorts,
): Promise<Activated | HostenvError> {
  try {
    return await activator.activate(target, places.map(activationOf({ build })), settings);
  } catch (error) {
    if (error instanceof HostenvError) return error;
    throw error;
  }
}

// How far a call came that did not end as one is told by the links alone.
async function unended(places: readonly ProfilePlace[], job: NodeJob, before: Links, ports: NodePorts) {
  const links = await readBack(job.target, places, ports);
  return places.map((place): ProfileRun => {
    const { after: _, ...run } = unchanged(place, before, job.build);
    return links === null ? run : { ...run, after: links[place.profile] ?? null };
  });
}

/** So often links are read while one still leads to what failed. */
const READS = 10;

// deploy-rs may end before the node has gone back to the generation before.
async function settled(
  { target, build }: NodeJob,
  places: readonly ProfilePlace[],
  { exit, begun }: Activated,
  ports: NodePorts,
): Promise<Links | null> {
  const failed = exit === 0 ? undefined : begun.at(-1)?.profile;
  let links = await readBack(target, places, ports);
  const isOpen = () => failed !== undefined && links?.[failed]?.storePath === build[failed];
  for (let read = 1; read < READS && isOpen(); read++) links = await readBack(target, places, ports);
  return links;
}

// What was begun must be told also where its end can't be seen, such as after a network that no longer lets us in.
async function readBack(
  target: NodeTarget,
  places: readonly ProfilePlace[],
  { nodes }: NodePorts,
): Promise<Links | null> {
  try {
    return await nodes.profiles(target, places);
  } catch (error) {
    if (error instanceof HostenvError) return null;
    throw error;
  }
}

/** How a place is activated with what was built for it. */
export function activationOf({ build }: Pick<NodeJob, "build">) {
  return (place: ProfilePlace): Activation => ({
    ...place,
    storePath: build[place.profile] as string,
    tempPath: canaryFolder(place.profile),
  });
}

// A call that ended well has activated all. Else those that it began are done with; where it began none, none of
// them can be.
function triedBy(places: readonly ProfilePlace[], { exit, begun }: Activated): readonly ProfilePlace[] {
  if (exit === 0 || begun.length === 0) return places;
  return places.filter(({ profile }) => begun.some((each) => each.profile === profile));
}

interface Call {
  readonly job: NodeJob;
  readonly before: Links;
  /** Null where the node could not be read any more. */
  readonly after: Links | null;
  readonly ended: Activated;
  readonly seconds: number;
}

function runOf({ profile }: ProfilePlace, { job, before, after, ended, seconds }: Call): ProfileRun {
  const exit = exitOf(profile, ended);
  return {
    profile,
    before: before[profile] ?? null,
    ...(after === null ? {} : { after: after[profile] ?? null }),
    wanted: job.build[profile] as string,
    exit,
    began: exit === 0 || ended.begun.length > 0,
    seconds,
    log: exit === 0 ? [] : wordsOn(profile, ended),
  };
}

/** How one profile of a call ended: those that were begun before the one that stopped it have not failed. */
export function exitOf(profile: string, { exit, begun }: Activated): Activated["exit"] {
  const isBefore = begun.slice(0, -1).some((each) => each.profile === profile);
  return isBefore ? 0 : exit;
}

/** Lines of the activator's own words that are shown below a profile's. */
const OWN_LINES = 5;

/** What activating a profile said itself. */
export function ownWordsOn(profile: string, { begun }: Activated): readonly string[] {
  return begun.find((each) => each.profile === profile)?.log ?? [];
}

/** What is said of one profile: its own words, and the activator's last ones. */
export function wordsOn(profile: string, { begun, log }: Activated): readonly string[] {
  if (begun.length === 0) return log;
  const own = begun.find((each) => each.profile === profile)?.log;
  return own === undefined ? [] : [...own, ...log.slice(-OWN_LINES)];
}
