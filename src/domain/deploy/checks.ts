import { z } from "zod";
import { isObject, type JsonObject, type JsonValue, pointer } from "../json.ts";
import { javascriptSource, PatternError } from "./posix-pattern.ts";

/** A host's name as it stands in a URL. */
function urlHost(name: string): string | null {
  try {
    const { hostname, host, pathname } = new URL(`http://${name}/`);
    return hostname !== "" && host === hostname && pathname === "/" && !/[@?#\\]/.test(name)
      ? hostname
      : null;
  } catch {
    return null;
  }
}

/** No check may take longer: the nodes that come later wait for it. */
const LONGEST_SECONDS = 300;

const request = z.strictObject({
  virtualHost: z.string().refine((name) => urlHost(name) !== null, { error: "this is no host's name" }),
  path: z.string().default("/"),
  method: z
    .string()
    .transform((method) => method.toUpperCase())
    .pipe(z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]))
    .default("GET"),
  targetHostSource: z.literal("nodeConnectionHost").default("nodeConnectionHost"),
  followRedirects: z.boolean().default(false),
  maxRedirects: z.int().min(0).max(50).default(5),
  timeoutSeconds: z.int().min(1).max(LONGEST_SECONDS).default(15),
  tlsMode: z.enum(["strict", "insecure"]).default("strict"),
});

const pattern = z.string().refine((text) => patternProblem(text) === null, {
  error: ({ input }) => patternProblem(String(input)) ?? "",
});

const constraint = z.discriminatedUnion("rule", [
  z.strictObject({ rule: z.literal("allowNonZeroExitStatus"), value: z.boolean() }),
  z.strictObject({ rule: z.literal("skipStdoutRegexOnRedirect"), value: z.boolean() }),
  z.strictObject({ rule: z.literal("stdoutRegexMustMatch"), value: pattern }),
  z.strictObject({ rule: z.literal("stderrRegexMustNotMatch"), value: pattern }),
  z.strictObject({ rule: z.literal("minHttpStatus"), value: z.int() }),
  z.strictObject({ rule: z.literal("maxHttpStatus"), value: z.int() }),
]);

const NAME = "verification-check";

const check = z.strictObject({
  name: z.string().default(NAME),
  type: z.literal("httpHostHeaderCurl").default("httpHostHeaderCurl"),
  request,
  constraints: z.array(constraint).default([]),
});

function patternProblem(text: string): string | null {
  try {
    new RegExp(javascriptSource(text), "su");
    return null;
  } catch (error) {
    if (error instanceof PatternError) return `the pattern can't be used: ${error.message}`;
    return "the pattern can't be used: it is no regular expression";
  }
}

/** What is asked of a virtual host. */
export type CheckRequest = z.infer<typeof request>;
/** What must hold of the answer. */
export type Constraint = z.infer<typeof constraint>;
/** One request to an environment's site, and what must hold of the answer. */
export type Check = z.infer<typeof check>;

/** Why a check can't be made as it is written. */
export interface MalformedCheck {
  /** Its name as far as it has one. */
  readonly name: string;
  /** JSON pointer to the place in plan.json. */
  readonly pointer: string;
  readonly message: string;
}

/** How an environment is verified after a deploy. */
export interface Verification {
  readonly enable: boolean;
  /** Whether a check that fails is a failure of the deploy; otherwise it is a warning. */
  readonly enforce: boolean;
  readonly checks: readonly Check[];
  /** What stands in the way of some checks: each counts as one that failed. */
  readonly malformed: readonly MalformedCheck[];
}

/** An environment that says nothing of verification has no checks. */
const NONE: Verification = { enable: true, enforce: true, checks: [], malformed: [] };

const KEYS = ["enable", "enforce", "checks"];

/**
 * Reads `deploymentVerification` of an environment, with the defaults of the hostenv modules. It never
 * throws: what can't be read is told in `malformed`, and is neither ignored nor disabled by it.
 */
export function verificationOf(environment: string, value: JsonValue | undefined): Verification {
  const root = ["environments", environment, "deploymentVerification"];
  if (value === undefined || value === null) return NONE;
  if (!isObject(value)) return { ...NONE, malformed: [broken(root, "it is no object")] };
  const { enable, enforce, checks = [] } = value;
  const flags = [flagProblem(root, "enable", enable), flagProblem(root, "enforce", enforce)];
  const list = Array.isArray(checks) ? checks : [];
  const read = list.map((each, index) => checkOf([...root, "checks", String(index)], each));
  return {
    enable: enable !== false,
    enforce: enforce !== false,
    checks: read.flatMap((each) => ("request" in each ? [each] : [])),
    malformed: [
      ...flags.filter((problem) => problem !== null),
      ...unknownKeys(root, value),
      ...(Array.isArray(checks) ? [] : [broken([...root, "checks"], "it is no list")]),
      ...read.flatMap((each) => ("request" in each ? [] : [each])),
    ],
  };
}

function broken(path: readonly string[], message: string, name = "deploymentVerification"): MalformedCheck {
  return { name, pointer: pointer(path), message };
}

function flagProblem(
  root: readonly string[],
  key: string,
  value: JsonValue | undefined,
): MalformedCheck | null {
  return value === undefined || typeof value === "boolean"
    ? null
    : broken([...root, key], "it is neither true nor false");
}

// A key that nobody reads may be what the check was about.
function unknownKeys(root: readonly string[], value: JsonObject): MalformedCheck[] {
  return Object.keys(value)
    .filter((key) => !KEYS.includes(key))
    .map((key) => broken([...root, key], "this version knows no such setting"));
}

function checkOf(path: readonly string[], value: JsonValue): Check | MalformedCheck {
  const { data, error } = check.safeParse(value);
  if (data) return data;
  const name = isObject(value) && typeof value.name === "string" ? value.name : NAME;
  const [issue] = error.issues;
  const message = issue?.code === "unrecognized_keys" ? "this version knows no such setting" : issue?.message;
  const below = issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  return broken([...path, ...(issue?.path ?? []).map(String), ...below], message ?? "unknown shape", name);
}
