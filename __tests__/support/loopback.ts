import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";

// Held on the block's last address for as long as the block is in use. No server of ours listens there.
const CLAIM_PORT = 41_953;

/**
 * 254 loopback addresses (Linux answers on all of 127.0.0.0/8) that no other suite uses meanwhile, in this
 * run of jest or another: the suite that listens on the claim port of 127.x.y.255 owns 127.x.y.1 to 254.
 * The kernel gives a claim up with the process that holds it, however that ends.
 */
export class LoopbackBlock {
  private used = 0;
  private readonly network: string;
  private readonly claim: Server;

  private constructor(network: string, claim: Server) {
    this.network = network;
    this.claim = claim;
  }

  static async claim(): Promise<LoopbackBlock> {
    for (;;) {
      // From 127.1 on: systemd, Debian and Docker have addresses of their own below 127.0.
      const network = `127.${randomInt(1, 255)}.${randomInt(0, 256)}`;
      const claim = await listening(`${network}.255`);
      if (claim) return new LoopbackBlock(network, claim);
    }
  }

  /** An address that was not given out before. */
  next(): string {
    this.used += 1;
    if (this.used > 254) throw new Error(`${this.network}.0/24 has no address left`);
    return `${this.network}.${this.used}`;
  }

  async release(): Promise<void> {
    await new Promise((done) => this.claim.close(done));
  }
}

/** A server on the claim port, null where somebody else has it. */
async function listening(address: string): Promise<Server | null> {
  const server = createServer().unref();
  return await new Promise((done, fail) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") done(null);
      else fail(error);
    });
    server.listen(CLAIM_PORT, address, () => done(server));
  });
}
