import type { DnsFailure, DnsQuestion, DnsReply } from "../domain/dns/records.ts";
import { encoded, type Heard, heardIn } from "./dns-message.ts";
import type { UdpSocket, Waiting } from "./dns-udp.ts";

/** How often a question is sent. */
const TRIES = 2;

/** What a question needs to know of its server, and tells it. */
export interface Asker {
  /** Whether packets with EDNS make sense to the server. */
  knowsEdns: boolean;
  /** Whether the server has answered anything. */
  hasAnswered: boolean;
  send(asked: Asked): void;
  /** Sends again what failed at once, after a pause. */
  sendLater(asked: Asked): void;
  sendOverTcp(asked: Asked): void;
  finish(asked: Asked, reply: DnsReply): void;
  /** Notes that a packet came, or that none did. */
  heard(): void;
  missed(reason: DnsFailure["reason"]): void;
  /** Whether it makes sense to send again. */
  isWorthIt(): boolean;
}

/** A question to one server until it has its reply. */
export class Asked implements Waiting {
  readonly question: DnsQuestion;
  /** When its run ends, in the clock's milliseconds. */
  readonly until: number;
  readonly resolve: (reply: DnsReply) => void;
  /** When it is to be looked at again. */
  due = 0;
  packet: Buffer = EMPTY;
  socket: UdpSocket | null = null;
  /** Gives up what goes on over TCP. */
  endTcp: (() => void) | null = null;
  private readonly asker: Asker;
  private tries = 0;
  private hasEdns = false;
  /** What the server said, where that is no answer. */
  private told: DnsFailure["reason"] | null = null;

  constructor(asker: Asker, question: DnsQuestion, until: number, resolve: (reply: DnsReply) => void) {
    this.asker = asker;
    this.question = question;
    this.until = until;
    this.resolve = resolve;
  }

  /** The packet for the next try, null where there is none. Networks that drop EDNS get the second one without. */
  prepared(): Buffer | null {
    const { knowsEdns, hasAnswered } = this.asker;
    this.hasEdns = knowsEdns && (this.tries === 0 || hasAnswered);
    this.tries++;
    return encoded(this.question, 0, this.hasEdns);
  }

  receive(packet: Buffer): void {
    const heard = heardIn(packet, this.packet, this.question);
    if (heard === null) return;
    this.asker.heard();
    this.socket?.forget(this);
    this.take(heard);
  }

  private take(heard: Heard): void {
    if (heard.kind === "truncated") this.asker.sendOverTcp(this);
    else if (heard.kind === "reply") this.conclude(heard.reply);
    else if (this.hasEdns) {
      this.asker.knowsEdns = false;
      this.tries--;
      this.asker.send(this);
    } else this.conclude({ kind: "failure", reason: "malformed" });
  }

  // A server that is overtaxed, or one that is just starting, may answer a moment later.
  private conclude(reply: DnsReply): void {
    const isFailure = reply.kind === "failure";
    if (isFailure) this.told = reply.reason;
    if (isFailure && reply.reason !== "refused" && this.tries < TRIES) this.asker.sendLater(this);
    else this.asker.finish(this, reply);
  }

  fail(isLocal: boolean): void {
    this.asker.missed("unreachable");
    if (!isLocal && this.tries < TRIES && this.asker.isWorthIt()) this.asker.sendLater(this);
    else this.giveUp("unreachable");
  }

  /** It is due: what was to be sent later is sent, what has no answer is sent again or given up. */
  fallDue(): void {
    if (this.socket === null) {
      this.asker.send(this);
      return;
    }
    this.asker.missed("timeout");
    if (this.tries < TRIES && this.asker.isWorthIt()) this.asker.send(this);
    else this.giveUp("timeout");
  }

  private giveUp(reason: DnsFailure["reason"]): void {
    this.asker.finish(this, { kind: "failure", reason: this.told ?? reason });
  }
}

const EMPTY = Buffer.alloc(0);
