import { isObject, type JsonObject, type JsonValue } from "../../domain/json.ts";
import type { Plan } from "./schema.ts";

/** An environment's uid and the name that stands in its place. */
export interface Numbered {
  readonly uid: number;
  readonly name: string;
}

type Convert = (value: JsonObject, owner: Numbered) => JsonObject;

/** The parts of a node that hold an environment's uid, each with the name in its place. */
export const WITH_NAME: Readonly<Record<"user" | "group" | "service", Convert>> = {
  user: (user, owner) => ({ ...user, uid: named(user.uid, owner) }),
  group: (group, owner) => ({ ...group, gid: named(group.gid, owner) }),
  service: (service, { uid, name }) => {
    const config = isObject(service.serviceConfig) ? service.serviceConfig : {};
    const { Slice } = config;
    const slice = `-${uid}.slice`;
    if (typeof Slice !== "string" || !Slice.endsWith(slice)) return service;
    return {
      ...service,
      serviceConfig: { ...config, Slice: `${Slice.slice(0, -slice.length)}-${name}.slice` },
    };
  },
};

function named(value: JsonValue | undefined, { uid, name }: Numbered): JsonValue {
  return value === uid ? name : (value ?? null);
}

/** The plan with each environment's uid written as its name, wherever its node has it. */
export function withUidsAsNames(plan: Plan): JsonObject {
  const owners = Object.entries(plan.environments).map(([name, { uid, node }]) => ({ name, uid, node }));
  const environments = mapped(plan.environments as JsonObject, (name, environment) => [
    name,
    { ...environment, uid: name },
  ]);
  const nodes = mapped(plan.nodes as JsonObject, (name, config) => [
    name,
    nodeWithNames(
      config,
      owners.filter(({ node }) => node === name),
    ),
  ]);
  return { ...(plan as JsonObject), environments, nodes };
}

function nodeWithNames(config: JsonObject, owners: readonly Numbered[]): JsonObject {
  const byName = new Map(owners.map((owner) => [owner.name, owner]));
  const byService = new Map(owners.map((owner) => [`user@${owner.uid}`, owner]));
  let node = within(config, ["users", "users"], convertOwn(WITH_NAME.user, byName));
  node = within(node, ["users", "groups"], convertOwn(WITH_NAME.group, byName));
  return within(node, ["systemd", "services"], (services) =>
    mapped(services, (key, service) => {
      const owner = byService.get(key);
      const renamed = `user@${owner?.name}`;
      // A service of that name would vanish below the renamed one.
      if (!owner || Object.hasOwn(services, renamed)) return [key, service];
      return [renamed, WITH_NAME.service(service, owner)];
    }),
  );
}

function convertOwn(convert: Convert, owners: ReadonlyMap<string, Numbered>) {
  return (entries: JsonObject) =>
    mapped(entries, (key, value) => {
      const owner = owners.get(key);
      return [key, owner ? convert(value, owner) : value];
    });
}

// A copy of the tree with the object at a place converted.
function within(
  tree: JsonObject,
  [step, ...rest]: readonly string[],
  convert: (value: JsonObject) => JsonObject,
): JsonObject {
  if (step === undefined) return convert(tree);
  const child = Object.hasOwn(tree, step) ? tree[step] : undefined;
  return isObject(child) ? { ...tree, [step]: within(child, rest, convert) } : tree;
}

// Members that are no objects stay as they are.
function mapped(
  entries: JsonObject,
  convert: (key: string, value: JsonObject) => [string, JsonObject],
): JsonObject {
  return Object.fromEntries(
    Object.entries(entries).map(([key, value]) => (isObject(value) ? convert(key, value) : [key, value])),
  );
}
