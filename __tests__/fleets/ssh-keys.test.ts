import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parseSshKey } from "../../src/fleets/hostenv/ssh-keys.ts";

const ALICE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICOi11qGbDbEo41qGvEumNJ391NFBOcNE7NcPvt4JgYN";
const BOB = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIC0NJIukmGiGi+BVs+GCWmkTidPVJ+doeqBNUGn9pZ2+";

/** The fingerprint as OpenSSH defines it: SHA-256 of the decoded key in base64 without padding. */
function fingerprint(base64: string): string {
  const digest = createHash("sha256").update(Buffer.from(base64, "base64")).digest("base64");
  return `SHA256:${digest.replace(/=+$/, "")}`;
}

describe("the fingerprint of a key", () => {
  test("is the one ssh-keygen printed for it", () => {
    expect(parseSshKey(`${ALICE} alice@laptop`).fingerprint).toBe(
      "SHA256:TAP5bSngn2ooG3OL9H2dAc/AYr9lFgY6rB5dn0eg+MQ",
    );
  });

  test.each([
    "ssh-rsa",
    "ssh-dss",
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
  ])("is that of its material, whatever stands around it: %s", (type) => {
    const base64 = Buffer.from(`any material of ${type}`).toString("base64");
    for (const line of [`${type} ${base64}`, `no-pty ${type} ${base64} a b`, `  ${type}\t${base64}`]) {
      expect(parseSshKey(line).fingerprint).toBe(fingerprint(base64));
    }
  });

  test("is that of the text where it is no key", () => {
    const { identity, fingerprint: print } = parseSshKey("no key at all");
    expect(identity).toBe("no key at all");
    expect(print).toBe(fingerprint(Buffer.from("no key at all").toString("base64")));
  });

  test("exists for material that is no base64", () => {
    expect(parseSshKey("ssh-rsa §§§").fingerprint).toMatch(/^SHA256:.{43}$/);
  });
});

const hasSshKeygen = spawnSync("ssh-keygen", ["-?"]).error === undefined;

(hasSshKeygen ? describe : describe.skip)("a key made by ssh-keygen", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "hostenv-keys-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ["ed25519", []],
    ["ecdsa", ["-b", "384"]],
    ["rsa", ["-b", "2048"]],
  ])("has the fingerprint ssh-keygen -l prints: %s", (type, size) => {
    const file = join(folder, type);
    execFileSync("ssh-keygen", ["-q", "-t", type, ...size, "-N", "", "-C", "a comment", "-f", file]);
    const printed = execFileSync("ssh-keygen", ["-l", "-f", `${file}.pub`], { encoding: "utf8" });
    const line = readFileSync(`${file}.pub`, "utf8").trim();
    expect(parseSshKey(line).fingerprint).toBe(printed.split(" ")[1]);
    expect(parseSshKey(`from="10.0.0.0/8",no-pty ${line}`).fingerprint).toBe(printed.split(" ")[1]);
  });
});

describe("the identity of a key", () => {
  const same = (left: string, right: string) => parseSshKey(left).identity === parseSshKey(right).identity;

  test.each([
    ["comment", `${ALICE} a`, `${ALICE} b c`],
    ["missing comment", ALICE, `${ALICE} b`],
    ["white space", ALICE, `  ${ALICE.replace(" ", "   ")}  `],
    ["comment behind options", `no-pty ${ALICE} a`, `no-pty ${ALICE} b`],
  ])("does not depend on its %s", (_, left, right) => {
    expect(same(left, right)).toBe(true);
  });

  test.each([
    ["other material", ALICE, BOB],
    ["options", ALICE, `no-pty ${ALICE}`],
    ["other options", `from="10.0.0.1" ${ALICE}`, `from="10.0.0.2" ${ALICE}`],
    ["another type of the same material", ALICE, ALICE.replace("ssh-ed25519", "ssh-rsa")],
    [
      "other material behind an option that quotes a key",
      `command="echo ssh-rsa AAAA" ${ALICE}`,
      `command="echo ssh-rsa AAAA" ${BOB}`,
    ],
    [
      "another option around the same quoted key",
      `command="echo ssh-rsa AAAA" ${ALICE}`,
      `command="echo ssh-rsa AAAA; sh" ${ALICE}`,
    ],
  ])("tells %s apart", (_, left, right) => {
    expect(same(left, right)).toBe(false);
  });
});
