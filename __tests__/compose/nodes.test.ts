import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { nodesOf } from "../../src/compose/nodes.ts";
import { type KeyPair, keyPair } from "../support/node/keys.ts";
import { startNode, type TestNode } from "../support/node.ts";
import { describeWithNodes } from "../support/with-nodes.ts";

describeWithNodes("the nodes of a call", () => {
  let directory: string;
  let key: KeyPair;
  let node: TestNode;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "hostenv-provider-"));
    key = keyPair();
    node = await startNode({ deployKeys: [key.publicKey] });
  }, 60_000);

  afterEach(() => rmSync(join(directory, "known_hosts"), { force: true }));

  afterAll(async () => {
    await node?.dispose();
    rmSync(directory, { recursive: true, force: true });
  });

  const look = async (options: Record<string, unknown> = {}) => {
    const call = { options, secrets: {}, place: {}, directory, hide: () => {} };
    const nodes = await nodesOf(call, { SSH_KEY: key.privateKey });
    try {
      return await nodes.look(node.target, { profiles: [], users: [], uids: {} });
    } finally {
      await nodes.dispose();
    }
  };

  test("are trusted by the known_hosts beside the provider's flake", async () => {
    writeFileSync(join(directory, "known_hosts"), node.knownHosts);
    expect((await look()).os).toBe("nixos");
  });

  test("are trusted by a file that is named, and then by no other", async () => {
    const named = join(directory, "pins");
    writeFileSync(named, node.knownHosts);
    expect((await look({ knownHosts: named })).os).toBe("nixos");
    writeFileSync(join(directory, "known_hosts"), node.knownHosts);
    writeFileSync(named, "");
    await expect(look({ knownHosts: named })).rejects.toMatchObject({
      code: "host-key-unknown",
      message: expect.stringContaining(named),
    });
  });

  test("are not trusted without a file, and say what is to be in it", async () => {
    await expect(look()).rejects.toMatchObject({
      code: "host-key-unknown",
      hint: expect.stringContaining(`'${node.address} ' and it to known_hosts`),
    });
    await expect(look({ knownHosts: join(directory, "nowhere") })).rejects.toMatchObject({
      code: "file-not-found",
    });
  });
});
