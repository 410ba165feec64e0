// One run in a process of its own, for bench/dns.mjs: settings as JSON in, figures as JSON out.
//   verdicts: all verdicts of so many hostnames
//   bare: as many packets to the same servers, 128 under way to each, and nothing done with the answers
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { encoded } from "../build/adapters/dns-message.js";
import { DnsNameservers } from "../build/adapters/dns-nameservers.js";
import { systemClock } from "../build/adapters/system-clock.js";
import { verdictsOf } from "../build/commands/dns-lookups.js";

const SOCKETS = 16;
const OPEN = 128;

const { mode, resolver, zone, count, concurrency, servers, packets } = JSON.parse(process.argv[2]);

async function verdicts() {
  const wanted = Array.from({ length: count }, (_, index) => ({
    environment: `site${index}-main`,
    node: "node-a",
    hostname: `h${index}.${zone}`,
    expected: `node-a.${zone}`,
    skipped: null,
    redirectsTo: null,
  }));
  const nameservers = new DnsNameservers({ system: [resolver] });
  const progress = { step: () => {}, notice: () => {}, done: () => {} };
  const options = { nameservers: [], concurrency, deadlineSeconds: 300, origins: () => null };
  const found = await verdictsOf(wanted, options, { nameservers, clock: systemClock, progress });
  nameservers.dispose();
  const counts = {};
  for (const { verdict, reason } of found) {
    const name = reason === null ? verdict : `${verdict}:${reason}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return { sent: nameservers.sent, counts };
}

async function bare() {
  const question = { server: "", name: `h1.${zone}`, type: "A", recursive: false, checkingDisabled: false };
  const sockets = [];
  for (const host of servers) {
    for (let index = 0; index < SOCKETS; index++) {
      const socket = createSocket("udp4");
      socket.connect(53, host);
      await once(socket, "connect");
      sockets.push(socket);
    }
  }
  let [sent, got] = [0, 0];
  await new Promise((resolve) => {
    const send = (socket) => {
      if (sent < packets) socket.send(encoded(question, sent++ & 0xffff, true));
    };
    for (const socket of sockets) {
      socket.on("message", () => {
        if (++got === packets) resolve();
        send(socket);
      });
      for (let index = 0; index < OPEN / SOCKETS; index++) send(socket);
    }
  });
  for (const socket of sockets) socket.close();
  return { sent, counts: {} };
}

// The system keeps the peak: looking every now and then would take a part of the time that is measured.
const peakMiB = () => process.resourceUsage().maxRSS / 1024;
const before = peakMiB();
const started = performance.now();
const found = await { verdicts, bare }[mode]();
const seconds = (performance.now() - started) / 1000;
process.stdout.write(`${JSON.stringify({ seconds, ...found, peakMiB: peakMiB() - before })}\n`);
