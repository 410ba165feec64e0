import { differences } from "../../domain/golden.ts";
import { byBytes, isObject, type JsonValue, pointer, segmentsOf } from "../../domain/json.ts";
import type { MovingDifference } from "../../domain/moving.ts";
import { ALWAYS_IGNORED, withoutSecrets } from "./golden.ts";
import type { Plan } from "./schema.ts";
import { withUidsAsNames } from "./uids.ts";

/** What a difference means: where it comes from, and what to do about it. */
type Meaning = Pick<MovingDifference, "kind" | "why" | "next">;

interface Cause extends Meaning {
  /** A JSON pointer in which `*` stands for any one segment; it covers what is below it. */
  readonly pattern: string;
  /** Where it is not the cause of every such difference. */
  readonly when?: (theirs: JsonValue | undefined, ours: JsonValue | undefined) => boolean;
}

const expected = (pattern: string, why: string): Cause => ({ pattern, kind: "expected", why, next: null });
const setting = (pattern: string, name: string): Cause => ({
  pattern,
  kind: "setting",
  why: `the setting ${name} is not what it was`,
  next: `set ${name} as the existing provider flake has it`,
});
const project = (pattern: string, why: string): Cause => ({
  pattern,
  kind: "project",
  why,
  next: "make both plans from the same flake.lock; what then still differs, the projects' exports give",
});

// The first that fits counts.
const CAUSES: readonly Cause[] = [
  expected("/policy", "freeze, severities, canary, allowedSuffixes and zones are settings of ours"),
  {
    pattern: "/cloudflare/apiTokenFile",
    when: (theirs) => typeof theirs === "string" && theirs.startsWith("/nix/store/"),
    kind: "setting",
    why: "a token file that was given as a path lies in Nix's store, where everybody on the machine can read it",
    next: "make a new token, and name its file as a string, or use the environment variable CF_API_TOKEN",
  },
  {
    pattern: "/environments/*",
    when: (theirs, ours) => isObject(theirs) && ours === undefined && "hostenv" in theirs,
    kind: "project",
    why: "no input of the provider's flake gives this environment any more",
    next: "add its project's input organisation__project, or make the existing plan again if it was removed",
  },
  {
    pattern: "/environments/*",
    when: (theirs, ours) => theirs === undefined && isObject(ours) && "hostenv" in ours,
    kind: "project",
    why: "the existing plan is older than this environment",
    next: "make both plans from the same flake.lock",
  },
  {
    pattern: "/environments/*/uid",
    kind: "state",
    why: "its uid would be another, and its files would be somebody else's",
    next: "start from the existing tool's reservations: --state generated/state.json, and commit that file",
  },
  setting("/environments/*/node", "nodeFor"),
  expected(
    "/environments/*/migrations",
    "which backups move data is read from the project's modules, where its export says nothing",
  ),
  project("/environments/*/repo", "its branch or repository is not what it was"),
  expected("/environments/*/hostenv/root", "where a project lay when its export was made"),
  project("/environments/*", "its project's export says otherwise"),
  setting("/hostenvHostname", "hostenvHostname"),
  setting("/deployUser", "deployUser"),
  setting("/cloudflare", "cloudflare"),
  setting("/nixSigning", "nixSigning"),
  setting("/nodeRemoteBuild", "nodeRemoteBuild"),
  setting("/nodeConnections", "nodeSystems, nodeAddresses, nodeSshPorts or nodeSshOpts"),
  setting("/nodes/*/provider", "deployUser, deployPublicKeys or nixSigning"),
  setting("/nodes/*/security/acme", "letsEncrypt"),
  {
    pattern: "/nodes/*/systemd/slices/*/sliceConfig",
    kind: "setting",
    why: "limits are a setting here, by project",
    next: "take it out of limits, or leave it: the slice gets the limits that this plan says",
  },
  expected("/nodes/*/networking/firewall", "open ports are a setting here: nodeFirewallPorts"),
  setting("/nodes/*", "nodeFor, or letsEncrypt.enable, if its environments are the same,"),
];

const UNEXPLAINED: Meaning = {
  kind: "unexplained",
  why: "no cause of it is known",
  next: "do not deploy before you know it; please report it with both plans",
};

const covers = (pattern: string, path: readonly string[]) => {
  const steps = segmentsOf(pattern);
  return steps.length <= path.length && steps.every((step, index) => step === "*" || step === path[index]);
};

/** Everything in which a plan differs from the existing tool's plan, each with its cause. */
export function movingDifferences(theirs: Plan, ours: Plan): MovingDifference[] {
  const [left, right] = [withUidsAsNames(theirs), withUidsAsNames(ours)];
  const found = differences(left, right, ALWAYS_IGNORED).map(withoutSecrets);
  return [
    ...movedUids(theirs, ours),
    ...found.map(({ path, golden, plan }) => explained(path, golden, plan)),
  ];
}

function movedUids(theirs: Plan, ours: Plan): MovingDifference[] {
  return Object.keys(theirs.environments)
    .filter((name) => Object.hasOwn(ours.environments, name))
    .sort(byBytes)
    .map((name) => ({ name, before: theirs.environments[name]?.uid, now: ours.environments[name]?.uid }))
    .filter(({ before, now }) => before !== now)
    .map(({ name, before, now }) => explained(pointer(["environments", name, "uid"]), before, now));
}

function explained(
  path: string,
  theirs: JsonValue | undefined,
  ours: JsonValue | undefined,
): MovingDifference {
  const segments = segmentsOf(path);
  const fits = ({ pattern, when }: Cause) => covers(pattern, segments) && (when?.(theirs, ours) ?? true);
  const { kind, why, next } = CAUSES.find(fits) ?? UNEXPLAINED;
  return {
    path,
    ...(theirs === undefined ? {} : { theirs }),
    ...(ours === undefined ? {} : { ours }),
    kind,
    why,
    next,
  };
}
