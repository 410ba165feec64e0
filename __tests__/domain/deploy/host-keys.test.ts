import { spawnSync } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import {
  fingerprintOf,
  hostEntry,
  hostKeysIn,
  keysOf,
  untrusted,
} from "../../../src/domain/deploy/host-keys.ts";

const folder = mkdtempSync(join(tmpdir(), "hostenv-known-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Bytes as a key's are: the type's name, then 32 bytes.
function key(type = "ssh-ed25519"): string {
  const name = Buffer.from(type);
  const bytes = (part: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, part.length]), part]);
  return `${type} ${Buffer.concat([bytes(name), bytes(randomBytes(32))]).toString("base64")}`;
}

const hashed = (name: string) => {
  const salt = randomBytes(20);
  return `|1|${salt.toString("base64")}|${createHmac("sha1", salt).update(name).digest("base64")}`;
};

const found = (text: string, host: string, port = 22) =>
  keysOf(hostKeysIn(text, "known_hosts"), host, port).map(({ line }) => line);

// The lines that OpenSSH itself finds for a name.
function foundByOpenSsh(text: string, name: string): number[] {
  const file = join(folder, "known_hosts");
  writeFileSync(file, text);
  const { stdout } = spawnSync("ssh-keygen", ["-F", name, "-f", file], { encoding: "utf8" });
  return [...stdout.matchAll(/found: line (\d+)/g)].map(([, line]) => Number(line));
}

const K = key();

describe("known_hosts", () => {
  const names = ["a.test", "b.test", "x.y.test", "[a.test]:2222", "192.0.2.1", "2001:db8::1"];
  test.each([
    ["a.test", ["a.test"]],
    ["A.Test,b.test", ["a.test", "b.test"]],
    ["*.test", ["a.test", "b.test", "x.y.test"]],
    ["*.test,!b.test", ["a.test", "x.y.test"]],
    ["?.test", ["a.test", "b.test"]],
    ["[a.test]:2222", ["[a.test]:2222"]],
    ["[*.test]:2222", ["[a.test]:2222"]],
    ["192.0.2.1,2001:db8::1", ["192.0.2.1", "2001:db8::1"]],
    ["!a.test", []],
    [hashed("b.test"), ["b.test"]],
    [hashed("[a.test]:2222"), ["[a.test]:2222"]],
    ["a.tes", []],
    ["(a|b).test", []],
  ])("%s names what OpenSSH says it names", (hosts, named) => {
    const text = `# a comment\n\n${hosts} ${K} somebody@here\n`;
    for (const name of names) {
      const [, host, port] = /^\[(.+)\]:(\d+)$/.exec(name) ?? ["", name, "22"];
      const ours = found(text, host as string, Number(port));
      const isNamed = named.includes(name) || named.includes(host as string);
      expect({ name, ours }).toEqual({ name, ours: isNamed ? [3] : [] });
      const theirs = new Set([...foundByOpenSsh(text, name), ...foundByOpenSsh(text, host as string)]);
      expect({ name, ours }).toEqual({ name, ours: [...theirs] });
    }
  });

  test("a host has any number of keys, and another port its own before those of the host", () => {
    const text = `a.test ${key()}\r\na.test ${key("ssh-rsa")}\r\n[a.test]:2222 ${key()}\r\nb.test ${key()}\r\n`;
    expect(found(text, "A.TEST")).toEqual([1, 2]);
    expect(found(text, "a.test", 2222)).toEqual([3, 1, 2]);
    expect(found(text, "c.test")).toEqual([]);
  });

  test("markers say that a key stands for others, or for nobody any more", () => {
    const keys = hostKeysIn(`@cert-authority *.test ${K}\n@revoked * ${K}\n a.test ${K}`, "known_hosts");
    expect(keys.map(({ role }) => role)).toEqual(["authority", "revoked", "pinned"]);
  });

  test("fingerprints are those of ssh-keygen", () => {
    const [type, bytes] = K.split(" ") as [string, string];
    const { stdout } = spawnSync("ssh-keygen", ["-l", "-f", "-"], {
      input: `${type} ${bytes}\n`,
      encoding: "utf8",
    });
    expect(stdout).toContain(` ${fingerprintOf(bytes)} `);
  });

  test.each([
    ["a.test", /line 1 of known_hosts.*cut short/],
    ["a.test ssh-ed25519", /cut short/],
    [K, /host is missing before the key/],
    [`${K} root@a`, /its key is none of type/],
    [`a.test ${K.slice(0, -4)}!`, /its key is none/],
    [`a.test ${K.slice(0, 30)}`, /its key is none/],
    [`a.test ${K.replace("ssh-ed25519", "ssh-rsa")}`, /none of type 'ssh-rsa'/],
    [`@trusted a.test ${K}`, /'@trusted' is no marker/],
    ["<<<<<<< HEAD", /cut short|none of type/],
  ])("%j is said to be unusable, where ssh would pass over it", (line, message) => {
    expect(() => hostKeysIn(line, "known_hosts")).toThrow(message);
    expect(() => hostKeysIn(line, "known_hosts")).toThrow(
      expect.objectContaining({
        code: "known-hosts",
        hint: expect.stringContaining("ssh_host_ed25519_key.pub"),
      }),
    );
  });
});

describe("a node that is not trusted", () => {
  const node = { name: "a", host: "a.test", port: 2222 };
  const shown = { type: "ssh-ed25519", fingerprint: "SHA256:shown" };
  const why = (text: string, seen: typeof shown | null = shown) =>
    untrusted(node, hostKeysIn(text, "known_hosts"), seen, "known_hosts");

  test("without a pinned key says what it shows, and where to read what is true", () => {
    const error = why(`b.test ${K}`);
    expect(error.code).toBe("host-key-unknown");
    expect(error.message).toMatch(
      /'a'.*\[a\.test\]:2222.*ssh-ed25519 SHA256:shown.*nothing was copied or run/,
    );
    expect(error.hint).toMatch(/on the node itself.*'\[a\.test\]:2222 '.*known_hosts/);
    expect(why("", null).message).not.toMatch(/shows/);
  });

  test("with another key than the pinned ones says both fingerprints", () => {
    const [own, plain] = [key(), key("ssh-rsa")];
    const error = why(`[a.test]:2222 ${own}\na.test ${plain}`);
    expect(error.code).toBe("host-key-changed");
    expect(error.message).toContain("ssh-ed25519 SHA256:shown");
    expect(error.message).toContain(`${fingerprintOf(own.split(" ")[1] as string)} (line 1)`);
    expect(error.message).toContain(`${fingerprintOf(plain.split(" ")[1] as string)} (line 2)`);
    expect(error.hint).toMatch(/beside the old one/);
  });

  test("with a revoked key says which line revokes it", () => {
    const fingerprint = fingerprintOf(K.split(" ")[1] as string);
    const error = why(`a.test ${key()}\n@revoked * ${K}`, { type: "ssh-ed25519", fingerprint });
    expect(error.code).toBe("host-key-changed");
    expect(error.message).toMatch(/line 2 of known_hosts revokes/);
    expect(why(`@revoked * ${K}`, { type: "ssh-ed25519", fingerprint }).code).toBe("host-key-unknown");
  });
});

test("an entry of known_hosts has brackets only for another port", () => {
  expect([hostEntry("a", 22), hostEntry("a", 2222)]).toEqual(["a", "[a]:2222"]);
});
