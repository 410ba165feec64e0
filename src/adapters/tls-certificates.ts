import { connect } from "node:tls";
import type { Certificates, Shown } from "../ports/front-door.ts";

/** Where sites are served with TLS, and milliseconds that one handshake may take. */
const DEFAULTS = { port: 443, timeoutMs: 5_000 };

/**
 * Looks at certificates by a handshake that ends as soon as it is done. Trusted is what Node trusts: its own
 * authorities, and those of the file that the environment variable NODE_EXTRA_CA_CERTS names.
 */
export class TlsCertificates implements Certificates {
  private readonly settings: typeof DEFAULTS;

  constructor(settings: Partial<typeof DEFAULTS> = {}) {
    this.settings = { ...DEFAULTS, ...settings };
  }

  async shown(name: string, addresses: readonly string[]): Promise<Shown> {
    const found: Shown[] = [];
    for (const address of addresses) {
      const here = await this.shownBy(address, name);
      if (here === "valid") return here;
      found.push(here);
    }
    return found.length === 0 || found.includes("unseen") ? "unseen" : "none";
  }

  private shownBy(address: string, name: string): Promise<Shown> {
    const { port, timeoutMs } = this.settings;
    return new Promise((resolve) => {
      // Chain, name and dates are all checked before the connection counts as made.
      const socket = connect({ host: address, port, servername: name, rejectUnauthorized: true });
      const end = (shown: Shown) => {
        clearTimeout(timer);
        socket.destroy();
        resolve(shown);
      };
      const timer = setTimeout(() => end("unseen"), timeoutMs);
      socket.once("secureConnect", () => end(socket.authorized ? "valid" : "none"));
      // A server may break off after we have done so.
      socket.on("error", (error) => end(isSure(error) ? "none" : "unseen"));
      socket.once("close", () => end("unseen"));
    });
  }
}

// A connection that is refused or cut may be the work of a firewall on the way; what the other side said is an answer.
function isSure({ code, syscall }: NodeJS.ErrnoException): boolean {
  return syscall === undefined && code !== undefined && code !== "ECONNRESET";
}
