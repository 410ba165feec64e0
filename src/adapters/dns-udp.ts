import { randomFillSync } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { idOf } from "./dns-message.ts";

/** Sockets to one server at most, each on a random port: what guesses one of them has to guess an id besides. */
const MOST_SOCKETS = 16;

/** Questions under way through one socket before another one is opened. */
const COMFORTABLE = 4;

/** Where a server listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Something that waits for a packet. */
export interface Waiting {
  /** The packet to send; its first two bytes are the id, and are written here. */
  packet: Buffer;
  /** The socket it was sent through, while an answer may come. */
  socket: UdpSocket | null;
  /** Takes what came under the id; the answer may still come where it is not meant. */
  receive(packet: Buffer): void;
  /** Nobody listens there, or `isLocal` this machine knows no way. */
  fail(isLocal: boolean): void;
}

/** Sends packets to one server from random ports under random ids. */
export class UdpSockets {
  private readonly endpoint: Endpoint;
  private readonly sockets: UdpSocket[] = [];
  private turn = 0;

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint;
  }

  send(waiting: Waiting): void {
    this.socket().send(waiting);
  }

  close(): void {
    for (const socket of this.sockets.splice(0)) socket.close();
  }

  private socket(): UdpSocket {
    const used = this.sockets[this.turn++ % this.sockets.length];
    if (used && (used.load < COMFORTABLE || this.sockets.length >= MOST_SOCKETS)) return used;
    const opened = new UdpSocket(this.endpoint, () => {
      const place = this.sockets.indexOf(opened);
      if (place >= 0) this.sockets.splice(place, 1);
    });
    this.sockets.push(opened);
    return opened;
  }
}

/** A socket that is connected: it hears one server alone, and that nobody listens there. */
export class UdpSocket {
  private readonly socket: Socket;
  private readonly onGone: () => void;
  private readonly open = new Map<number, Waiting>();
  private unsent: Waiting[] | null = [];
  private isClosed = false;

  constructor({ host, port }: Endpoint, onGone: () => void) {
    this.onGone = onGone;
    this.socket = createSocket(host.includes(":") ? "udp6" : "udp4");
    this.socket.on("message", (packet) => this.take(packet));
    this.socket.on("error", (error) => this.fail(error));
    this.socket.on("connect", () => this.flush());
    this.socket.connect(port, host);
    this.socket.unref();
  }

  /** How many wait for an answer. */
  get load(): number {
    return this.open.size;
  }

  send(waiting: Waiting): void {
    let id = randomId();
    while (this.open.has(id)) id = randomId();
    waiting.socket = this;
    waiting.packet.writeUInt16BE(id, 0);
    this.open.set(id, waiting);
    this.transmit(waiting);
  }

  /** Sends another packet under the same id: whichever is answered first counts. */
  resend(waiting: Waiting, packet: Buffer): void {
    waiting.packet.copy(packet, 0, 0, 2);
    waiting.packet = packet;
    this.transmit(waiting);
  }

  forget(waiting: Waiting): void {
    waiting.socket = null;
    this.open.delete(waiting.packet.readUInt16BE(0));
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.open.clear();
    this.socket.close();
  }

  private transmit(waiting: Waiting): void {
    if (this.unsent) this.unsent.push(waiting);
    else this.socket.send(waiting.packet, this.onSent);
  }

  private readonly onSent = (error: Error | null) => {
    if (error) this.fail(error);
  };

  private flush(): void {
    const waiting = this.unsent ?? [];
    this.unsent = null;
    for (const each of waiting) this.transmit(each);
  }

  private take(packet: Buffer): void {
    const id = idOf(packet);
    const waiting = id === null ? undefined : this.open.get(id);
    waiting?.receive(packet);
  }

  private fail(error: Error): void {
    if (this.isClosed) return;
    const waiting = [...this.open.values()];
    this.onGone();
    this.close();
    for (const each of waiting) {
      each.socket = null;
      each.fail((error as NodeJS.ErrnoException).code !== "ECONNREFUSED");
    }
  }
}

const pool = new Uint16Array(4096);
let unused = 0;

/** A number below 65,536 that nobody can guess. */
export function randomId(): number {
  if (unused === 0) {
    randomFillSync(pool);
    unused = pool.length;
  }
  unused--;
  return pool[unused] as number;
}
