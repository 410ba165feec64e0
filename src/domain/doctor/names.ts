import { broken, type Check, type Subject, unasked, works } from "./check.ts";

/** How one server answered: null where it did, else why not. */
export interface AskedServer {
  readonly label: string;
  readonly reason: string | null;
}

/** A zone of the plan's names, as far as it was found. */
export interface FoundZone {
  /** The zone's name, or the hostname of which no zone was found. */
  readonly name: string;
  /** Its own servers; null where they could not be found. */
  readonly servers: readonly AskedServer[] | null;
  /** What was seen where they could not. */
  readonly evidence: readonly string[];
}

/** So many servers and hostnames are named. */
const NAMED = 3;

/** Whether this machine can look up names at all. */
export function resolverCheck(servers: readonly AskedServer[]): Check {
  const subject: Subject = { area: "dns", name: "resolver" };
  const answering = servers.filter(({ reason }) => reason === null);
  if (answering.length > 0) return works(subject, told(servers));
  const message =
    servers.length === 0
      ? "this machine has no resolver"
      : `no resolver of this machine answers: ${told(servers)}`;
  return broken(subject, {
    code: "dns-no-resolver",
    message,
    hint: "see /etc/resolv.conf, and whether a firewall lets port 53 out, UDP and TCP",
  });
}

/** Whether a zone's own servers can be asked. */
export function zoneCheck({ name, servers, evidence }: FoundZone): Check {
  const subject: Subject = { area: "dns", name };
  if (servers?.some(({ reason }) => reason === null)) return works(subject, told(servers));
  if (servers === null)
    return broken(subject, {
      code: "dns-no-zone",
      message: `its zone's name servers can't be found: ${evidence.slice(0, NAMED).join("; ")}`,
      hint: `see that the name is registered and delegated: dig +trace ${name}`,
    });
  return broken(subject, {
    code: "dns-no-server",
    message: `none of its own name servers answers here: ${told(servers)}`,
    hint: "see whether a firewall lets port 53 out to anybody, UDP and TCP; else ask who runs them",
  });
}

/** Zones, where no name can be looked up. */
export function zonesUnasked(): Check {
  return unasked({ area: "dns", name: "zones" }, "a resolver");
}

function told(servers: readonly AskedServer[]): string {
  const answering = servers.filter(({ reason }) => reason === null).map(({ label }) => label);
  const silent = servers.flatMap(({ label, reason }) => (reason === null ? [] : [`${label} ${reason}`]));
  return [
    ...(answering.length > 0
      ? [`${listed(answering)} ${answering.length === 1 ? "answers" : "answer"}`]
      : []),
    ...(silent.length > 0 ? [listed(silent)] : []),
  ].join("; ");
}

function listed(words: readonly string[]): string {
  const more = words.length > NAMED ? [`${words.length - NAMED} more`] : [];
  return [...words.slice(0, NAMED), ...more].join(", ");
}
