import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { LoopbackBlock } from "./loopback.ts";
import {
  type Behaviour,
  blackhole,
  failing,
  hangingUp,
  liar,
  misleading,
  OddServer,
  slow,
  TRAP,
  truncating,
} from "./odd-dns-servers.ts";
import { describeWith, needed, ROOT } from "./tools.ts";

const run = promisify(execFile);

describeWith(["DIG", ROOT], "an odd DNS server, as dig sees it,", () => {
  let block: LoopbackBlock;
  let server: OddServer | undefined;

  beforeAll(async () => {
    block = await LoopbackBlock.claim();
  });
  afterEach(() => server?.stop());
  afterAll(() => block?.release());

  async function start(behaviour: Behaviour): Promise<OddServer> {
    server = await OddServer.start(block.next(), behaviour);
    return server;
  }

  async function dig({ address }: OddServer, seconds = 2, ...more: string[]): Promise<string> {
    const args = ["+noall", "+comments", "+answer", "+tries=1", `+time=${seconds}`, `@${address}`];
    const { stdout } = await run(needed("DIG"), [...args, "site.test", ...more]).catch((error) => error);
    return stdout;
  }

  const answered = (address: string) => new RegExp(`^site\\.test\\..*\\sA\\s+${address}$`, "m");

  test("that is a blackhole answers nothing and counts what came", async () => {
    const odd = await start(blackhole());
    expect(await dig(odd, 1)).toContain("no servers could be reached");
    expect(await dig(odd, 1, "+tcp")).not.toContain("status:");
    expect([odd.count("udp"), odd.count("tcp")]).toEqual([1, 1]);
    expect(odd.asked[0]).toMatchObject({ name: "site.test", type: "A", over: "udp" });
  });

  test("that lies does so over UDP and TCP, for one type of address", async () => {
    const odd = await start(liar("192.0.2.9"));
    expect(await dig(odd)).toMatch(answered("192.0.2.9"));
    expect(await dig(odd, 2, "+tcp")).toMatch(answered("192.0.2.9"));
    expect(await dig(odd, 2, "AAAA")).toMatch(/status: NOERROR[\s\S]*ANSWER: 0/);
  });

  test("that is slow answers once the time has passed", async () => {
    const odd = await start(slow("192.0.2.9", 1_500));
    expect(await dig(odd, 1)).toContain("no servers could be reached");
    expect(await dig(odd, 20)).toMatch(answered("192.0.2.9"));
  });

  test.each(["REFUSED", "SERVFAIL", "NXDOMAIN"] as const)("that fails says %s", async (code) => {
    expect(await dig(await start(failing(code)))).toContain(`status: ${code}`);
  });

  test("that truncates is asked again over TCP, where it answers, refuses or hangs up", async () => {
    const answering = await start(truncating("192.0.2.9"));
    expect(await dig(answering)).toMatch(answered("192.0.2.9"));
    expect([answering.count("udp"), answering.count("tcp")]).toEqual([1, 1]);
    await answering.stop();
    const refusing = await start(truncating(null));
    expect(await dig(refusing)).toMatch(/connection refused/i);
    await refusing.stop();
    const rude = await start(hangingUp());
    expect(await dig(rude)).not.toContain("status:");
    expect(rude.count("tcp")).toBeGreaterThan(0);
  });

  test.each([
    ["wrong id", /ID mismatch/],
    ["wrong question", /Question section mismatch/],
    ["garbage", /ID mismatch/],
  ] as const)("that sends a %s first is caught at it", async (first, complaint) => {
    const said = await dig(await start(misleading(first, "192.0.2.9")));
    expect(said).toMatch(complaint);
    expect(said).toMatch(answered("192.0.2.9"));
    expect(said).not.toContain(TRAP);
  });

  test("that sends a broken packet first is not understood", async () => {
    const said = await dig(await start(misleading("broken packet", "192.0.2.9")));
    expect(said).toMatch(/bad packet|malformed/i);
    expect(said).not.toMatch(answered(TRAP));
  });
});
