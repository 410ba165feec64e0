import { normalised } from "../domain/dns/names.ts";
import type { DnsQuestion, DnsReply } from "../domain/dns/records.ts";
import type { Walk } from "../domain/dns/walk.ts";
import { labelOf, type ZoneSources, zoneOf } from "../domain/dns/zone-cut.ts";
import type { Check } from "../domain/doctor/check.ts";
import {
  type AskedServer,
  type FoundZone,
  resolverCheck,
  zoneCheck,
  zonesUnasked,
} from "../domain/doctor/names.ts";
import { sitesOf } from "../fleets/hostenv/hostnames.ts";
import type { Plan } from "../fleets/hostenv/schema.ts";
import type { Nameservers } from "../ports/dns.ts";
import { pooled } from "./pooled.ts";

/** Seconds for one question. */
const SECONDS = 12;
/** Names are looked at side by side. */
const AT_ONCE = 8;
/** More names than these are not looked at: thousands of them share a few zones. */
const MOST_NAMES = 200;

/** Whether this machine can ask DNS, and the zones of the plan's names; without a plan, the first alone. */
export async function lookAtNames(plan: Plan | null, nameservers: Nameservers): Promise<Check[]> {
  const resolvers = await Promise.all(nameservers.system.map((server) => askedResolver(server, nameservers)));
  const found = resolverCheck(resolvers);
  if (plan === null) return [found];
  if (found.state !== "works") return [found, zonesUnasked()];
  return [found, ...(await zonesOf(plan, nameservers)).map(zoneCheck)];
}

// The root's name servers: every resolver knows them.
async function askedResolver(server: string, nameservers: Nameservers): Promise<AskedServer> {
  const question: DnsQuestion = { server, name: "", type: "NS", recursive: true, checkingDisabled: false };
  return { label: labelOf(server), reason: reasonIn(await nameservers.ask(question, SECONDS)) };
}

function reasonIn(reply: DnsReply): string | null {
  return reply.kind === "failure" ? reply.reason : null;
}

async function zonesOf(plan: Plan, nameservers: Nameservers): Promise<FoundZone[]> {
  const sources: ZoneSources = { system: nameservers.system, zones: new Map() };
  const found = await pooled(namesOf(plan), AT_ONCE, async (name) => {
    const zone = await ended(zoneOf(name, sources), nameservers);
    return zone.kind === "zone"
      ? { name: zone.apex, addresses: zone.servers, evidence: [] }
      : { name, addresses: null, evidence: zone.evidence };
  });
  const each = [...new Map(found.map((zone) => [zone.name, zone])).values()];
  return await pooled(each, AT_ONCE, async ({ name, addresses, evidence }) => ({
    name: name === "" ? "." : name,
    evidence,
    servers:
      addresses && (await Promise.all(addresses.map((server) => askedServer(name, server, nameservers)))),
  }));
}

async function askedServer(
  apex: string,
  { address, label }: { readonly address: string; readonly label: string },
  nameservers: Nameservers,
): Promise<AskedServer> {
  const question: DnsQuestion = {
    server: address,
    name: apex,
    type: "SOA",
    recursive: false,
    checkingDisabled: false,
  };
  return { label, reason: reasonIn(await nameservers.ask(question, SECONDS)) };
}

async function ended<T>(walk: Walk<T>, nameservers: Nameservers): Promise<T> {
  let step = walk.next();
  while (!step.done) {
    const replies = await Promise.all(step.value.map((question) => nameservers.ask(question, SECONDS)));
    step = walk.next(replies);
  }
  return step.value;
}

function namesOf(plan: Plan): string[] {
  const sites = sitesOf(plan).flatMap(({ names, skipped }) => (skipped === null ? names : []));
  const names = [plan.hostenvHostname, ...sites].flatMap(
    (name) => normalised(name)?.replace(/^\*\./, "") ?? [],
  );
  return [...new Set(names)].slice(0, MOST_NAMES);
}
