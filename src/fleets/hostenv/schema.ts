import { z } from "zod";
import { type JsonObject, type JsonValue, pointer } from "../../domain/json.ts";
import { HostenvError } from "../../errors.ts";
import { isPlainState, LOWEST_UID, refuseDisputed } from "./reservations.ts";

const virtualHost = z.looseObject({
  serverAliases: z.array(z.string()).optional(),
  serverName: z.string().nullable().optional(),
  enableLetsEncrypt: z.boolean().optional(),
  security: z.looseObject({ hsts: z.boolean().optional() }).optional(),
});

const environment = z.looseObject({
  node: z.string(),
  type: z.string(),
  enable: z.boolean(),
  uid: z.int().min(LOWEST_UID),
  authorizedKeys: z.array(z.string()),
  users: z.record(z.string(), z.looseObject({ publicKeys: z.array(z.string()).optional() })).optional(),
  hostenv: z.looseObject({ organisation: z.string(), project: z.string(), hostname: z.string() }),
  virtualHosts: z.record(z.string(), virtualHost),
  migrations: z.array(z.string()).optional(),
});

const node = z.looseObject({
  networking: z
    .looseObject({ firewall: z.looseObject({ allowedTCPPorts: z.array(z.int()).optional() }).optional() })
    .optional(),
  provider: z
    .looseObject({
      deployPublicKeys: z.array(z.string()).optional(),
      nixSigning: z.looseObject({ trustedPublicKeys: z.array(z.string()).optional() }).optional(),
    })
    .optional(),
  security: z
    .looseObject({
      acme: z
        .looseObject({
          acceptTerms: z.boolean().optional(),
          defaults: z.looseObject({ email: z.string().nullable().optional() }).optional(),
        })
        .optional(),
    })
    .optional(),
  systemd: z
    .looseObject({
      slices: z.record(z.string(), z.looseObject({ sliceConfig: z.looseObject({}).optional() })).optional(),
    })
    .optional(),
});

const severity = z.enum(["block", "warn", "info", "off"]);

const freeze = z.object({
  types: z.array(z.string()),
  from: z.iso.datetime({ offset: true }),
  until: z.iso.datetime({ offset: true }),
  reason: z.string(),
});

const policy = z.looseObject({
  freeze: z.array(freeze).optional(),
  allowedSuffixes: z.record(z.string(), z.array(z.string())).optional(),
  severities: z.record(z.string(), z.record(z.string(), severity)).optional(),
  canary: z.array(z.string()).optional(),
  zones: z.array(z.string()).optional(),
});

/** plan.json: the desired state of every node and environment. */
export const planSchema = z.looseObject({
  hostenvHostname: z.string(),
  cloudflare: z.looseObject({ enable: z.boolean(), zoneId: z.string().nullable().optional() }).optional(),
  nodeConnections: z.record(
    z.string(),
    z.looseObject({ hostname: z.string(), sshOpts: z.array(z.string()) }),
  ),
  nodeRemoteBuild: z.record(z.string(), z.boolean()).optional(),
  environments: z.record(z.string(), environment),
  nodes: z.record(z.string(), node),
  policy: policy.optional(),
});

/** state.json: what is reserved for good, by user name. */
export const stateSchema = z.record(
  z.string(),
  z.looseObject({
    userName: z.string().optional(),
    uid: z.int().min(LOWEST_UID),
    node: z.string().nullable().optional(),
    virtualHosts: z.array(z.string()).optional(),
  }),
);

/** The part of flake.lock that pins are read from. */
const lockSchema = z.looseObject({
  root: z.string().optional(),
  nodes: z.record(
    z.string(),
    z.looseObject({
      inputs: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
      locked: z.record(z.string(), z.unknown()).optional(),
      original: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
});

export type Plan = z.infer<typeof planSchema>;
export type Environment = Plan["environments"][string];
export type NodeConfig = Plan["nodes"][string];
export type State = z.infer<typeof stateSchema>;
export type Lock = z.infer<typeof lockSchema>;

// Free text the existing tool writes into its files; nothing depends on it.
const DESCRIPTION = "_description";

/**
 * Checks that a value is a plan; `where` names it in errors. Returns the same object, so nothing
 * unknown to us is lost. Throws HostenvError `plan-schema`.
 */
export function parsePlan(value: JsonValue, where: string): Plan {
  const plan = checked<Plan>(planSchema, withoutDescription(value), "plan", where);
  refuseSharedUids(plan.environments, "plan", where);
  return plan;
}

/** As `parsePlan`, for state.json. Throws HostenvError `state-schema` or `hostname-two-holders`. */
export function parseState(value: JsonValue, where: string): State {
  const entries = withoutDescription(value);
  // The schema takes ten times as long over 10,000 entries, so it is asked only where it has something to say.
  const state = isPlainState(entries)
    ? (entries as State)
    : checked<State>(stateSchema, entries, "state", where);
  refuseSharedUids(state, "state", where);
  refuseDisputed(state, where);
  return state;
}

/** As `parsePlan`, for flake.lock. Throws HostenvError `lock-schema`. */
export function parseLock(value: JsonValue, where: string): Lock {
  return checked<Lock>(lockSchema, value, "lock", where);
}

// One uid for two environments gives one client's files to another.
function refuseSharedUids(owners: Record<string, { uid: number }>, what: string, where: string): void {
  const first = new Map<number, string>();
  for (const name of Object.keys(owners)) {
    const { uid } = owners[name] as { uid: number };
    const other = first.get(uid);
    if (other !== undefined) {
      const hint = "restore it from git: the environment that had the uid first keeps it";
      throw new HostenvError(
        `${what}-schema`,
        `${where}: uid ${uid} stands for ${other} and for ${name}`,
        hint,
      );
    }
    first.set(uid, name);
  }
}

function withoutDescription(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if (!Object.hasOwn(value, DESCRIPTION)) return value;
  const { [DESCRIPTION]: _, ...rest } = value as JsonObject;
  return rest;
}

// The schemas look past this key, and plain code that copies objects may change what it means.
function pathToPrototype(value: JsonValue): string[] | null {
  if (typeof value !== "object" || value === null) return null;
  // A list of keys for each of the plan's objects would cost more than the look at them.
  for (const key in value) {
    const below = key === "__proto__" ? [] : pathToPrototype((value as JsonObject)[key] as JsonValue);
    if (below) return [key, ...below];
  }
  return null;
}

function checked<T>(schema: z.ZodType, value: JsonValue, what: "plan" | "state" | "lock", where: string): T {
  const result = schema.safeParse(value);
  const inherited = pathToPrototype(value);
  if (result.success && inherited === null) return value as T;
  const issue = inherited ? { path: inherited, message: "this key is not allowed" } : result.error?.issues[0];
  const path = pointer((issue?.path ?? []).map(String)) || "/";
  throw new HostenvError(
    `${what}-schema`,
    `${where} is no valid ${what}: at ${path}: ${issue?.message ?? "unknown shape"}`,
    what === "lock"
      ? "write it again with: nix flake lock"
      : "it must be as hostenv-provider plan or the existing tool wrote it; restore it from git",
  );
}
