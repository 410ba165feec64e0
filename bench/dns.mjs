// npm run bench:dns [HOSTNAMES]: what verdicts cost, in turns with named baselines on the same zone of one Knot:
//   dnsperf: the same kinds of questions, sent as fast as its program can, answers counted and thrown away
//   bare: packets sent and received by Node alone, with nothing decided
//   dig: one program after the other, one question each, as the existing tool asks
// Needs root, for port 53, and what the tests bring; run `npm run build` before.
import { execFile, execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { toolchain } from "../scripts/setup/toolchain.mjs";
import { median } from "./measure.mjs";

const count = Number(process.argv[2] ?? 10_000);
const ROUNDS = 5;
const CONCURRENCY = 128;
const DIGS = 200;
const TARGETS = { share: 0.35, slowSeconds: 3 };
const SLOW = { names: 300, milliseconds: 50 };

const runner = fileURLToPath(new URL("./dns-run.mjs", import.meta.url));
const { tools } = await toolchain();
const folder = mkdtempSync(join(tmpdir(), "hostenv-dns-bench-"));
const network = `127.${1 + Math.floor(Math.random() * 250)}.${Math.floor(Math.random() * 250)}`;
const [one, two, slowOne, slowTwo] = [1, 2, 3, 4].map((last) => `${network}.${last}`);

function zoneText(zone, servers) {
  const names = Array.from(
    { length: count },
    (_, index) => `h${index} A 192.0.2.10\nh${index} AAAA 2001:db8::10`,
  );
  const own = servers.map((address, index) => `@ NS ns${index}\nns${index} A ${address}`);
  const node = "node-a A 192.0.2.10\nnode-a AAAA 2001:db8::10";
  return [
    `$ORIGIN ${zone}.`,
    "$TTL 300",
    "@ SOA ns0 h 1 3600 600 86400 300",
    ...own,
    node,
    ...names,
    "",
  ].join("\n");
}

function startKnot() {
  mkdirSync(join(folder, "db"));
  writeFileSync(join(folder, "fast.test"), zoneText("fast.test", [one, two]));
  writeFileSync(join(folder, "slow.test"), zoneText("slow.test", [slowOne, slowTwo]));
  writeFileSync(
    join(folder, "test"),
    `$ORIGIN test.\n@ 300 SOA ns.fast h 1 3600 600 86400 300\n@ 300 NS ns0.fast\nfast 300 NS ns0.fast\nns0.fast 300 A ${one}\n`,
  );
  writeFileSync(
    join(folder, "knot.conf"),
    `server:
  rundir: "${folder}"
  listen: [ ${one}@53, ${two}@53 ]
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
log:
  - target: stderr
    any: error
database:
  storage: "${folder}/db"
template:
  - id: default
    storage: "${folder}"
    file: "%s"
    zonefile-sync: -1
    journal-content: none
zone:
  - domain: test
  - domain: fast.test
  - domain: slow.test
`,
  );
  return spawn(tools.knotd, ["-c", join(folder, "knot.conf")], { stdio: "inherit" });
}

async function isServing() {
  for (;;) {
    const { stdout } = await promisify(execFile)(tools.dig, [
      "+short",
      "+tries=1",
      "+time=1",
      `@${one}`,
      "h0.slow.test",
    ]).catch(() => ({ stdout: "" }));
    if (stdout.includes("192.0.2.10")) return;
  }
}

/** Passes packets on to Knot, and answers back after a while. */
async function startSlow(address) {
  const front = createSocket("udp4");
  const waiting = new Map();
  const back = createSocket("udp4");
  back.on("message", (packet) => {
    const id = packet.readUInt16BE(0);
    const { id: theirs, from } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (from === undefined) return;
    packet.writeUInt16BE(theirs, 0);
    setTimeout(() => front.send(packet, from.port, from.address), SLOW.milliseconds);
  });
  let next = 0;
  front.on("message", (packet, from) => {
    next = (next + 1) & 0xffff;
    waiting.set(next, { id: packet.readUInt16BE(0), from });
    packet.writeUInt16BE(next, 0);
    back.send(packet, 53, one);
  });
  front.bind(53, address);
  await once(front, "listening");
  return () => {
    front.close();
    back.close();
  };
}

async function run(settings) {
  const { stdout } = await promisify(execFile)(process.execPath, [runner, JSON.stringify(settings)]);
  return JSON.parse(stdout);
}

const verdicts = () =>
  run({ mode: "verdicts", resolver: `${one}:53`, zone: "fast.test", count, concurrency: CONCURRENCY });
const bare = (packets) => run({ mode: "bare", zone: "fast.test", servers: [one, two], packets });

// As many questions of each type as a run sends: two servers are asked for addresses and CAA, a resolver once
// for the zone and once for the address.
function dnsperf() {
  const data = join(folder, "questions");
  const types = ["SOA", "A", "A", "A", "AAAA", "AAAA", "CAA", "CAA"];
  const lines = Array.from({ length: count }, (_, index) =>
    types.map((type) => `h${index}.fast.test ${type}`),
  );
  writeFileSync(data, `${lines.flat().join("\n")}\n`);
  return () => {
    const text = execFileSync(tools.dnsperf, ["-s", one, "-d", data, "-n", "2", "-q", "128"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return Number(/Queries per second:\s+([\d.]+)/.exec(text)?.[1]);
  };
}

function dig() {
  const started = performance.now();
  for (let index = 0; index < DIGS; index++)
    execFileSync(tools.dig, ["+short", `@${one}`, `h${index}.fast.test`, "A"]);
  return (performance.now() - started) / 1000 / DIGS;
}

const print = (text) => process.stdout.write(`${text}\n`);
const percent = (value) => `${(100 * value).toFixed(0)} %`;
const thousands = (value) => `${(value / 1000).toFixed(1)} k/s`;

const knot = startKnot();
try {
  await isServing();
  const perf = dnsperf();
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const ours = await verdicts();
    const theirs = perf();
    const alone = await bare(ours.sent);
    rounds.push({ ours, perf: theirs, bare: alone.sent / alone.seconds, qps: ours.sent / ours.seconds });
  }
  const middle = (pick) => median(rounds.map(pick));
  const share = middle(({ qps, perf: theirs }) => qps / theirs);
  print(
    `${count} hostnames on Node ${process.version}: ${middle(({ ours }) => ours.seconds).toFixed(2)} s, ${rounds[0].ours.sent} packets, ${JSON.stringify(rounds[0].ours.counts)}, ${middle(({ ours }) => ours.peakMiB).toFixed(0)} MiB above the start`,
  );
  print(
    `questions: ours ${thousands(middle(({ qps }) => qps))}, dnsperf ${thousands(middle((each) => each.perf))}, bare sockets of Node ${thousands(middle((each) => each.bare))}`,
  );
  print(
    `ours / dnsperf: ${percent(share)} (target ${percent(TARGETS.share)}); ours / bare: ${percent(middle(({ qps, bare: alone }) => qps / alone))}; bare / dnsperf: ${percent(middle((each) => each.bare / each.perf))}`,
  );
  const each = dig();
  print(
    `dig, one after the other: ${(1000 * each).toFixed(1)} ms a hostname and question, ours ${((1000 * middle(({ ours }) => ours.seconds)) / count).toFixed(2)} ms a hostname: ${(each / (middle(({ ours }) => ours.seconds) / count)).toFixed(0)}×`,
  );
  const stops = [await startSlow(slowOne), await startSlow(slowTwo)];
  const slow = [];
  for (let round = 0; round < ROUNDS; round++)
    slow.push(
      await run({
        mode: "verdicts",
        resolver: `${slowOne}:53`,
        zone: "slow.test",
        count: SLOW.names,
        concurrency: CONCURRENCY,
      }),
    );
  for (const stop of stops) stop();
  print(
    `${SLOW.names} hostnames, each answer after ${SLOW.milliseconds} ms: ${median(slow.map(({ seconds }) => seconds)).toFixed(2)} s (target ${TARGETS.slowSeconds} s), ${JSON.stringify(slow[0].counts)}`,
  );
} finally {
  knot.kill();
  await once(knot, "exit");
  rmSync(folder, { recursive: true, force: true });
}
