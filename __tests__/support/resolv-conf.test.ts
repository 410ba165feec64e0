import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { LoopbackBlock } from "./loopback.ts";
import { liar, OddServer } from "./odd-dns-servers.ts";
import { nameservers, withResolvConf } from "./resolv-conf.ts";
import { describeWith, ROOT } from "./tools.ts";

describeWith([ROOT], "another resolv.conf", () => {
  let block: LoopbackBlock;
  let server: OddServer;

  beforeAll(async () => {
    block = await LoopbackBlock.claim();
    server = await OddServer.start(block.next(), liar("192.0.2.9"));
  });
  afterAll(async () => {
    await server?.stop();
    await block?.release();
  });

  test("sends the command's own look-ups to its servers, and no one else's", async () => {
    const before = readFileSync("/etc/resolv.conf", "utf8");
    const code = `console.log(await (await import("node:dns/promises")).resolve4("site.test"), process.env.WORD)`;
    const node = [process.execPath, "--input-type=module", "-e", code] as const;
    const looked = withResolvConf(nameservers(server.address), node, { env: { WORD: "given" } });
    expect(readFileSync("/etc/resolv.conf", "utf8")).toBe(before);
    expect(await looked).toEqual({ status: 0, stdout: "[ '192.0.2.9' ] given\n", stderr: "" });
    expect(server.asked).toMatchObject([{ name: "site.test", type: "A" }]);
    expect(readFileSync("/etc/resolv.conf", "utf8")).toBe(before);
  });

  test("is what the command reads, and its exit code, errors and folder are the command's", async () => {
    const script = "cat /etc/resolv.conf; pwd; echo no >&2; exit 3";
    const said = await withResolvConf("# empty\n", ["sh", "-c", script], { cwd: "/" });
    expect(said).toEqual({ status: 3, stdout: "# empty\n/\n", stderr: "no\n" });
  });

  test("says so when the command cannot be started", async () => {
    const said = await withResolvConf(nameservers(), ["/no/such/command"]);
    expect(said.status).toBe(127);
    expect(said.stderr).toContain("/no/such/command");
  });
});
