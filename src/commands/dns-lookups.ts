import type { Sources } from "../domain/dns/chain.ts";
import { normalised } from "../domain/dns/names.ts";
import type { DnsQuestion, DnsReply } from "../domain/dns/records.ts";
import {
  type Node,
  nodeOf,
  type Origins,
  verdictCutShort,
  verdictOf,
  verdictUnasked,
} from "../domain/dns/resolve.ts";
import type { Verdict, Wanted } from "../domain/dns/verdict.ts";
import type { Walk } from "../domain/dns/walk.ts";
import type { Nameservers } from "../ports/dns.ts";
import type { Clock, Progress } from "../ports/people.ts";

/** A hostname is given up after so many questions: the longest chain of aliases needs a third of them. */
const MOST_QUESTIONS = 600;

/** How verdicts are to be found. */
export interface LookupOptions {
  /** Resolvers to ask instead of the zones' own servers, as questions name servers; empty for those. */
  readonly nameservers: readonly string[];
  /** Hostnames that are looked at side by side. */
  readonly concurrency: number;
  /** What has no verdict by then is `unknown:deadline`. */
  readonly deadlineSeconds: number;
  readonly origins: Origins;
}

/** What finding verdicts needs of the world. */
export interface LookupPorts {
  readonly nameservers: Nameservers;
  readonly clock: Clock;
  readonly progress: Progress;
}

/** The verdict of each virtual host, in the same order. Asks nothing twice that several of them share. */
export async function verdictsOf(
  wanted: readonly Wanted[],
  options: LookupOptions,
  ports: LookupPorts,
): Promise<Verdict[]> {
  const run = new Run(options, ports);
  const unasked = wanted.map(verdictUnasked);
  const asked = wanted.filter((_, index) => unasked[index] === null);
  const names = [...new Set(asked.map(({ expected }) => expected))];
  const nodes = new Map<string, Node | null>();
  await run.each(names, async (expected) => {
    nodes.set(expected, await run.ended(nodeOf(expected, run.sources), null));
  });
  let count = wanted.length - asked.length;
  const verdicts = new Map<Wanted, Verdict>();
  await run.each(asked, async (each) => {
    verdicts.set(each, await run.verdict(each, nodes.get(each.expected) ?? null));
    ports.progress.step(`${++count} of ${wanted.length} hostnames`);
  });
  ports.progress.done();
  return wanted.map((each, index) => unasked[index] ?? (verdicts.get(each) as Verdict));
}

/** One run: what was asked and answered in it. */
class Run {
  readonly sources: Sources;
  private readonly options: LookupOptions;
  private readonly ports: LookupPorts;
  private readonly endsAt: number;
  private readonly replies = new Map<string, Found>();

  constructor(options: LookupOptions, ports: LookupPorts) {
    this.options = options;
    this.ports = ports;
    const { system } = ports.nameservers;
    this.sources = { system, nameservers: options.nameservers, zones: new Map() };
    this.endsAt = ports.clock.seconds() + options.deadlineSeconds;
  }

  /** Does something with each, so many at a time. */
  async each<T>(values: readonly T[], act: (value: T) => Promise<void>): Promise<void> {
    let next = 0;
    const worker = async () => {
      while (next < values.length) await act(values[next++] as T);
    };
    const workers = Math.max(1, Math.min(this.options.concurrency, values.length));
    await Promise.all(Array.from({ length: workers }, worker));
  }

  async verdict(wanted: Wanted, node: Node | null): Promise<Verdict> {
    const walk = node && verdictOf(wanted, node, this.options.origins, this.sources);
    const found = walk && (await this.ended(walk, normalised(wanted.hostname)));
    return found ?? verdictCutShort(wanted, this.isOver() ? "deadline" : "budget");
  }

  /** What a walk about a name ends with; null where the deadline came first, or it asks for too much. */
  async ended<T>(walk: Walk<T>, name: string | null): Promise<T | null> {
    const own: Own[] = [];
    let questions = 0;
    let step = walk.next();
    while (!step.done) {
      questions += step.value.length;
      if (questions > MOST_QUESTIONS || this.isOver()) return null;
      const found: Found[] = [];
      for (const question of step.value) found.push(this.found(question, name, own));
      // Most of what a hostname needs was asked for another one: then nothing is waited for.
      const replies = found.every(isThere) ? found : await allOf(found);
      if (replies.some(isCutShort) && this.isOver()) return null;
      step = walk.next(replies);
    }
    return step.value;
  }

  private isOver(): boolean {
    return this.ports.clock.seconds() >= this.endsAt;
  }

  // What is said of the hostname itself is kept as long as it is looked at: hardly another one needs it, and
  // there are thousands.
  private found(question: DnsQuestion, name: string | null, own: Own[]): Found {
    if (question.name !== name) return this.shared(question);
    const before = own.find((each) => isSame(each.question, question));
    if (before) return before.reply;
    const reply = this.ask(question);
    own.push({ question, reply });
    return reply;
  }

  private shared(question: DnsQuestion): Found {
    const key = keyOf(question);
    const known = this.replies.get(key);
    if (known) return known;
    const asking = this.ask(question);
    this.replies.set(key, asking);
    void asking.then((reply) => this.replies.set(key, reply));
    return asking;
  }

  private ask(question: DnsQuestion): Promise<DnsReply> {
    return this.ports.nameservers.ask(question, this.endsAt - this.ports.clock.seconds());
  }
}

/** A question about the hostname that is looked at. */
interface Own {
  readonly question: DnsQuestion;
  readonly reply: Promise<DnsReply>;
}

function isSame(left: DnsQuestion, right: DnsQuestion): boolean {
  const isAsked = left.type === right.type && left.server === right.server && left.again === right.again;
  return isAsked && left.recursive === right.recursive && left.checkingDisabled === right.checkingDisabled;
}

type Found = DnsReply | Promise<DnsReply>;

function isThere(found: Found): found is DnsReply {
  return !(found instanceof Promise);
}

// As Promise.all, which makes promises of what is there already.
function allOf(found: readonly Found[]): Promise<readonly DnsReply[]> {
  return new Promise((resolve) => {
    const replies = [...found];
    let open = 0;
    for (let index = 0; index < found.length; index++) {
      const each = found[index] as Found;
      if (isThere(each)) continue;
      open++;
      void each.then((reply) => {
        replies[index] = reply;
        open--;
        if (open === 0) resolve(replies as DnsReply[]);
      });
    }
  });
}

function isCutShort(reply: DnsReply): boolean {
  return reply.kind === "failure" && reply.reason === "deadline";
}

function keyOf({ server, name, type, recursive, checkingDisabled, again }: DnsQuestion): string {
  return `${type}${recursive ? "r" : ""}${checkingDisabled ? "c" : ""}${again ? "2" : ""} ${name} ${server}`;
}
