import type { DnsFailure, DnsQuestion, DnsReply } from "../domain/dns/records.ts";
import { Asked, type Asker } from "./dns-asked.ts";
import { encoded } from "./dns-message.ts";
import { Queue } from "./dns-queue.ts";
import { askOverTcp } from "./dns-tcp.ts";
import { type Endpoint, randomId, UdpSockets } from "./dns-udp.ts";

/** Questions under way to one server at most: with more, buffers overflow and answers get lost. */
const MOST_OPEN = 128;

/** Connections to one server at most: some take a hundred in all, from everybody. */
const MOST_CONNECTIONS = 8;

/** Milliseconds before what failed at once is sent again. */
const PAUSE_MS = 250;

/** Packets without any answer, for as long as one may take, after which a server is left alone: new ones, others. */
const MOST_SILENT = { before: 4, after: 10 };

/** Milliseconds for which it is left alone, before one question tries it again. */
const REST_MS = 30_000;

/** Milliseconds after which a server that is not asked anything gives its sockets back. */
const IDLE_MS = 1_000;

/** What all servers share. */
export interface Limits {
  /** Milliseconds to wait for an answer each time. */
  readonly timeout: number;
  /** Packets that may still be sent. */
  packets: number;
}

/** One name server: what is asked of it, and what it is known to be like. */
export class DnsServer implements Asker {
  knowsEdns = true;
  hasAnswered = false;
  private readonly endpoint: Endpoint;
  private readonly limits: Limits;
  private readonly sockets: UdpSockets;
  private readonly open = new Set<Asked>();
  private readonly queue = new Queue<Asked>();
  private readonly tcpQueue = new Queue<Asked>();
  private connections = 0;
  /** Packets without an answer since the last one that had one. */
  private silent = 0;
  private isHeard = false;
  /** When it was heard last, as far as that was looked at. */
  private heardAt = Number.NEGATIVE_INFINITY;
  private restsUntil = 0;
  private lastFailure: DnsFailure["reason"] = "timeout";
  private isUsed = false;
  private willProceed = false;
  private usedAt = 0;

  constructor(endpoint: Endpoint, limits: Limits) {
    this.endpoint = endpoint;
    this.limits = limits;
    this.sockets = new UdpSockets(endpoint);
  }

  ask(question: DnsQuestion, until: number, resolve: (reply: DnsReply) => void): void {
    this.isUsed = true;
    this.queue.add(new Asked(this, question, until, resolve));
    this.proceedSoon();
  }

  /** Looks at what is due at a time. False where there is nothing to come back for. */
  look(now: number): boolean {
    if (this.isHeard) this.heardAt = now;
    this.isHeard = false;
    const due: Asked[] = [];
    for (const asked of this.open) if (asked.due <= now || asked.until <= now) due.push(asked);
    // What has arrived meanwhile is read first: this process may have been busy for longer than the timeout.
    if (due.length > 0) setImmediate(() => this.lookAt(due, now));
    this.proceed();
    if (this.isUsed || this.open.size > 0) this.usedAt = now;
    this.isUsed = false;
    const isIdle = now - this.usedAt > IDLE_MS;
    if (isIdle) this.sockets.close();
    return !isIdle;
  }

  /** Replies to everything with `deadline`. */
  end(): void {
    for (const asked of this.queue.drained()) asked.resolve(DEADLINE);
    for (const asked of this.open) this.finish(asked, DEADLINE);
    this.sockets.close();
  }

  send(asked: Asked): void {
    if (!this.isWithinBudget()) {
      this.finish(asked, BUDGET);
      return;
    }
    const packet = asked.prepared();
    if (packet === null) {
      this.finish(asked, MALFORMED);
      return;
    }
    asked.due = performance.now() + this.limits.timeout;
    if (asked.socket) asked.socket.resend(asked, packet);
    else {
      asked.packet = packet;
      this.sockets.send(asked);
    }
  }

  sendLater(asked: Asked): void {
    asked.due = performance.now() + PAUSE_MS;
  }

  sendOverTcp(asked: Asked): void {
    asked.due = Number.POSITIVE_INFINITY;
    this.tcpQueue.add(asked);
    this.connectNext();
  }

  heard(): void {
    this.hasAnswered = true;
    this.isHeard = true;
    this.silent = 0;
  }

  missed(reason: DnsFailure["reason"]): void {
    this.silent++;
    this.lastFailure = reason;
    if (this.isSilent()) this.restsUntil = performance.now() + REST_MS;
  }

  isWorthIt(): boolean {
    return !this.isSilent();
  }

  finish(asked: Asked, reply: DnsReply): void {
    if (!this.open.delete(asked)) return;
    asked.socket?.forget(asked);
    asked.endTcp?.();
    asked.resolve(reply);
    this.proceedSoon();
  }

  // Packets leave together, once all that has arrived is read: a server that is woken for each of them alone
  // takes twice the time.
  private proceedSoon(): void {
    if (this.willProceed) return;
    this.willProceed = true;
    setImmediate(() => {
      this.willProceed = false;
      this.proceed();
    });
  }

  private proceed(): void {
    while (this.open.size < MOST_OPEN) {
      const asked = this.queue.next();
      if (asked === undefined) return;
      if (asked.until <= performance.now()) asked.resolve(DEADLINE);
      else if (this.isResting()) asked.resolve({ kind: "failure", reason: this.lastFailure });
      else {
        this.open.add(asked);
        this.send(asked);
      }
    }
  }

  private lookAt(due: readonly Asked[], now: number): void {
    for (const asked of due) {
      if (!this.open.has(asked)) continue;
      if (asked.until <= now) this.finish(asked, DEADLINE);
      else if (asked.due <= now) asked.fallDue();
    }
  }

  // Questions that nobody can answer may fall due in one moment: one that answers others is not silent.
  private isSilent(): boolean {
    if (this.silent < (this.hasAnswered ? MOST_SILENT.after : MOST_SILENT.before)) return false;
    return !this.isHeard && performance.now() - this.heardAt > this.limits.timeout;
  }

  // Once it has rested, one question goes through and decides for the others.
  private isResting(): boolean {
    if (!this.isSilent()) return false;
    const now = performance.now();
    if (now < this.restsUntil) return true;
    this.restsUntil = now + REST_MS;
    return false;
  }

  private isWithinBudget(): boolean {
    if (this.limits.packets <= 0) return false;
    this.limits.packets--;
    return true;
  }

  private connectNext(): void {
    while (this.connections < MOST_CONNECTIONS) {
      const asked = this.tcpQueue.next();
      if (asked === undefined) return;
      if (!this.open.has(asked)) continue;
      if (this.isWithinBudget()) this.connect(asked);
      else this.finish(asked, BUDGET);
    }
  }

  private connect(asked: Asked): void {
    const packet = encoded(asked.question, randomId(), this.knowsEdns) ?? asked.packet;
    this.connections++;
    const asking = { endpoint: this.endpoint, question: asked.question, packet };
    asked.endTcp = askOverTcp(asking, this.limits.timeout, (reply) => {
      this.connections--;
      asked.endTcp = null;
      this.finish(asked, reply);
      this.connectNext();
    });
  }
}

const DEADLINE: DnsReply = { kind: "failure", reason: "deadline" };
const MALFORMED: DnsReply = { kind: "failure", reason: "malformed" };
const BUDGET: DnsReply = { kind: "failure", reason: "budget" };
