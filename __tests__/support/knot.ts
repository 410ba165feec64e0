import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DnsNameservers } from "../../src/adapters/dns-nameservers.ts";
import { needed } from "./tools.ts";

const PATIENCE_MS = 60_000;

/** A real name server that answers for the zone `test.`, on a port of its own. */
export class Knot {
  private readonly folder = mkdtempSync(join(tmpdir(), "hostenv-knot-"));
  private child: ChildProcess | null = null;
  private serial = 1;
  private port = 0;

  /** Where it is asked, as `--nameserver` takes it. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Serves these records and no others: lines of a zone file, names below `test.`. */
  async serve(records: readonly string[]): Promise<void> {
    await this.stop();
    if (this.port === 0) this.port = await freePort();
    const serial = ++this.serial;
    const head = [
      "$ORIGIN test.",
      "$TTL 1",
      `@ SOA ns.test. admin.test. ${serial} 60 60 60 1`,
      "@ NS ns",
      "ns A 127.0.0.1",
    ];
    mkdirSync(join(this.folder, "run"), { recursive: true });
    writeFileSync(join(this.folder, "test.zone"), `${[...head, ...records].join("\n")}\n`);
    writeFileSync(join(this.folder, "knot.conf"), this.configuration());
    const log = join(this.folder, "log");
    writeFileSync(log, "");
    const child = spawn(needed("KNOTD"), ["-c", join(this.folder, "knot.conf")], { stdio: "ignore" });
    this.child = child;
    await this.until(() => readFileSync(log, "utf8").includes("server started") || child.exitCode !== null);
    await this.answering();
  }

  /** Ends the server: from now on nobody answers there. */
  async stop(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private configuration(): string {
    return [
      "server:",
      `  rundir: "${join(this.folder, "run")}"`,
      `  listen: 127.0.0.1@${this.port}`,
      "  udp-workers: 1",
      "  tcp-workers: 1",
      "  background-workers: 1",
      "log:",
      `  - target: "${join(this.folder, "log")}"`,
      "    any: info",
      "database:",
      `  storage: "${join(this.folder, "run")}"`,
      "zone:",
      "  - domain: test.",
      `    file: "${join(this.folder, "test.zone")}"`,
      "    zonefile-load: whole",
      "    journal-content: none",
      "",
    ].join("\n");
  }

  private async answering(): Promise<void> {
    const nameservers = new DnsNameservers({ system: [this.address], timeout: 200 });
    const question = {
      server: this.address,
      name: "test",
      type: "SOA",
      recursive: false,
      checkingDisabled: false,
    } as const;
    await this.until(async () => (await nameservers.ask(question)).kind === "answer").finally(() =>
      nameservers.dispose(),
    );
  }

  private async until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    while (!(await isSo())) {
      if (Date.now() > end) throw new Error(`knotd: ${readFileSync(join(this.folder, "log"), "utf8")}`);
      await sleep(20);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
