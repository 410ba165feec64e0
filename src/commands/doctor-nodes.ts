import type { Check, Fact } from "../domain/doctor/check.ts";
import { type FoundNode, hostKeysCheck, nodeChecks, nodesUnasked } from "../domain/doctor/nodes.ts";
import { HostenvError } from "../errors.ts";
import { targetOf } from "../fleets/hostenv/deploy-targets.ts";
import { emptySide, hostsOf } from "../fleets/hostenv/facts.ts";
import type { Plan } from "../fleets/hostenv/schema.ts";
import type { Nodes } from "../ports/nodes.ts";
import { lookAtOne, NODES_AT_ONCE } from "./deploy-look.ts";
import { preflightOf } from "./deploy-preflight.ts";
import type { Facts } from "./doctor-fact.ts";
import { pooled } from "./pooled.ts";

/** Nodes that can be asked, and the public half of the key they are asked with. */
export interface OpenNodes {
  readonly nodes: Nodes;
  /** As authorized_keys has it; null where the user's own keys are used. */
  readonly publicKey: string | null;
}

/** What a deploy would want of them. */
interface Wishes {
  /** The public half of the key that signs; null where there is none. */
  readonly signingKey: string | null;
  readonly remoteBuild: boolean;
  readonly adopt: boolean;
  readonly now: Date;
}

/** Looks at every node that is wanted, as a deploy would. */
export async function lookAtNodes(
  plan: Plan,
  opened: Fact<OpenNodes>,
  about: Wishes & { readonly only: readonly string[] },
  facts: Facts,
): Promise<Check[]> {
  const names = hostsOf(plan).filter((name) => about.only.length === 0 || about.only.includes(name));
  if ("fault" in opened) {
    const { code } = opened.fault;
    const isKey = code === "ssh-key-unusable" || code === "secret-missing";
    const first = isKey ? "SSH_KEY" : code === "ssh-missing" ? "ssh" : "known_hosts";
    return [...(first === "known_hosts" ? [hostKeysCheck(opened)] : []), ...nodesUnasked(names, first)];
  }
  const { nodes } = opened.value;
  const found = await pooled(names, NODES_AT_ONCE, async (name) =>
    nodeChecks(name, await facts.of(`look at ${name}`, () => foundAt(name, plan, nodes, about))),
  );
  return found.flat();
}

async function foundAt(
  name: string,
  plan: Plan,
  nodes: Nodes,
  { signingKey: publicKey, ...rest }: Wishes,
): Promise<FoundNode> {
  const target = targetOf(plan, name);
  const side = { ...emptySide, plan };
  const looked = await lookAtOne(target, side, [], nodes);
  if ("error" in looked) throw looked.error;
  const wishes = { ...rest, publicKey, owner: "" };
  return {
    problems: preflightOf(looked, side, wishes).problems,
    sudo: await sudoFault(target, nodes),
    user: target.deployUser,
    host: target.host,
    freeBytes: looked.look.freeBytes,
  };
}

// Reading the journal is the one thing that we do as root and that changes nothing.
async function sudoFault(target: ReturnType<typeof targetOf>, nodes: Nodes): Promise<FoundNode["sudo"]> {
  try {
    await nodes.lastLines(target, null);
    return null;
  } catch (error) {
    if (!(error instanceof HostenvError)) throw error;
    const { code, message, hint } = error;
    return { code, message, hint };
  }
}
