import { execFileSync, spawnSync } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { SopsSecrets } from "../../src/adapters/sops-secrets.ts";
import { type AgeKey, ageKeysOf } from "../../src/domain/age-keys.ts";
import type { HostenvError } from "../../src/errors.ts";
import { failureOf } from "../support/attack.ts";
import { Canary } from "../support/canary.ts";
import { describeWith, needed } from "../support/tools.ts";

/** A key as age-keygen wrote it. */
interface Made {
  readonly file: string;
  readonly text: string;
  readonly recipient: string;
}

describeWith(["SOPS", "AGE_KEYGEN", "SSH_KEYGEN"], "sops", () => {
  const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  const token = randomBytes(20).toString("hex");
  const plain = { SSH_KEY: pem, deploy: { CF_API_TOKEN: token, other: `${token}-2`, port: 22 } };

  let folder: string;
  let [ours, second, stranger] = [] as unknown as [Made, Made, Made];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "hostenv-sops-"));
    [ours, second, stranger] = [newKey("ours"), newKey("second"), newKey("stranger")];
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  let before: NodeJS.ProcessEnv;
  beforeEach(() => {
    before = { ...process.env };
    for (const name of Object.keys(process.env)) if (name.startsWith("SOPS_")) delete process.env[name];
  });
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  });

  function newKey(name: string): Made {
    const file = join(folder, `${name}.txt`);
    execFileSync(needed("AGE_KEYGEN"), ["-o", file], { stdio: "ignore" });
    const recipient = execFileSync(needed("AGE_KEYGEN"), ["-y", file], { encoding: "utf8" }).trim();
    return { file, text: readFileSync(file, "utf8"), recipient };
  }

  /** Encrypts a file, whose name says its type. */
  function encrypted(name: string, text: string, recipients = [ours.recipient], more: string[] = []): string {
    const path = join(folder, name);
    writeFileSync(path, text);
    const args = ["encrypt", "--in-place", "--age", recipients.join(","), ...more, path];
    execFileSync(needed("SOPS"), args, { cwd: folder, env: { PATH: process.env.PATH, HOME: folder } });
    return path;
  }

  const yaml = (name = "ci.yaml", recipients?: string[], more?: string[]) =>
    encrypted(name, JSON.stringify(plain), recipients, more);

  /** The same file after somebody changed its text. */
  function changed(path: string, change: (text: string) => string): string {
    const text = readFileSync(path, "utf8");
    expect(change(text)).not.toBe(text);
    writeFileSync(path, change(text));
    return path;
  }

  const secrets = () => new SopsSecrets({ program: needed("SOPS") });
  const open = (path: string, key: string | readonly AgeKey[] = ours.text) =>
    secrets().decrypted(path, typeof key === "string" ? ageKeysOf(key) : key);

  /** A failure in which nothing of a secret stands: neither key nor value, in any form. */
  async function refusal(run: Promise<unknown>): Promise<HostenvError> {
    const error = await failureOf(run);
    const said = JSON.stringify([error.message, error.hint, error.stack, String(error.cause), { ...error }]);
    const secret = [ours, second, stranger].map(({ text }) => text.trim().split("\n").at(-1) as string);
    const canary = new Canary({
      pem,
      token,
      ours: secret[0] ?? "",
      second: secret[1] ?? "",
      stranger: secret[2] ?? "",
    });
    expect(canary.inText("error", said)).toEqual([]);
    return error;
  }

  test("decrypts every type of file it knows by its suffix", async () => {
    expect((await open(yaml())).tree).toEqual(plain);
    expect((await open(encrypted("ci.json", JSON.stringify(plain)))).tree).toEqual(plain);
    expect((await open(encrypted("ci.env", `CF_API_TOKEN=${token}\n`))).tree).toEqual({
      CF_API_TOKEN: token,
    });
    expect((await open(encrypted("ci.ini", `[deploy]\nCF_API_TOKEN = ${token}\n`))).tree).toMatchObject({
      deploy: { CF_API_TOKEN: token },
    });
    expect((await open(encrypted("id_ed25519", pem))).tree).toEqual({ data: pem });
  });

  test("gives the file's text as it lies on disk, in which nothing is readable", async () => {
    const path = yaml();
    const { text } = await open(path);
    expect(text).toBe(readFileSync(path, "utf8"));
    expect(new Canary({ pem, token }).inText("file", text)).toEqual([]);
  });

  test("takes keys as age-keygen writes them, with other line ends, and several of which one fits", async () => {
    const path = yaml();
    for (const text of [
      ours.text.replaceAll("\n", "\r\n"),
      `${stranger.text}\n${ours.text}`,
      `${ours.text}${second.text}`,
    ])
      expect((await open(path, text)).tree).toEqual(plain);
  });

  test("a file whose name looks like an option, or has odd letters, is a file", async () => {
    mkdirSync(join(folder, "-o dd"), { recursive: true });
    const path = yaml("-o dd/--in'pl ace.yaml");
    const cwd = process.cwd();
    process.chdir(dirname(path));
    try {
      expect((await open("--in'pl ace.yaml")).tree).toEqual(plain);
    } finally {
      process.chdir(cwd);
    }
  });

  test("the recipient we tell of a key is the one age tells", () => {
    for (const { text, recipient } of [ours, second, stranger])
      expect(ageKeysOf(text).map((key) => key.recipient)).toEqual([recipient]);
  });

  test.each(["ci.yaml", "ci.json", "ci.env", "ci.ini", "binary"])(
    "another key is told whose it is, and whose are wanted: %s",
    async (name) => {
      const text =
        name === "ci.env" ? `A=${token}` : name === "ci.ini" ? `[a]\nA=${token}` : JSON.stringify(plain);
      const path = encrypted(name, text, [ours.recipient, second.recipient]);
      const error = await refusal(open(path, stranger.text));
      expect(error).toMatchObject({
        code: "sops-key",
        message: expect.stringMatching(
          /^\S+ is encrypted for age1\w+, age1\w+, and the age key that was given is that of age1\w+$/,
        ),
        hint: expect.stringMatching(/updatekeys/),
      });
      const named = [...error.message.matchAll(/age1\w+/g)].map(([recipient]) => recipient);
      expect(named[2]).toBe(stranger.recipient);
      expect(new Set(named)).toEqual(new Set([ours, second, stranger].map(({ recipient }) => recipient)));
    },
  );

  test("a key that this sops may not know is no sign of tampering", async () => {
    const strange = { text: "AGE-PLUGIN-NOWHERE-1", recipient: null };
    const error = await refusal(open(yaml("strange.yaml"), [...ageKeysOf(ours.text), strange]));
    expect(error).toMatchObject({
      code: "sops-key",
      message: expect.stringMatching(/that of age1\w+, a plugin or post-quantum recipient$/),
      hint: expect.stringMatching(/sops 3\.12/),
    });
  });

  test("a file for several groups of keys says so to one of them", async () => {
    const path = join(folder, "groups.yaml");
    writeFileSync(path, JSON.stringify(plain));
    const rules = {
      creation_rules: [
        { shamir_threshold: 2, key_groups: [ours, second].map(({ recipient }) => ({ age: [recipient] })) },
      ],
    };
    writeFileSync(join(folder, ".sops.yaml"), JSON.stringify(rules));
    execFileSync(needed("SOPS"), ["encrypt", "--in-place", path], { cwd: folder });
    rmSync(join(folder, ".sops.yaml"));
    expect(await refusal(open(path))).toMatchObject({
      code: "sops-key",
      message: expect.stringMatching(/by keys of several groups/),
    });
    expect((await open(path, ours.text + second.text)).tree).toEqual(plain);
  });

  test("finds no key but those given: none of home, variables, commands, SSH or a branch's settings", async () => {
    const path = yaml("home.yaml");
    const home = join(folder, "home");
    mkdirSync(join(home, ".config/sops/age"), { recursive: true });
    writeFileSync(join(home, ".config/sops/age/keys.txt"), ours.text);
    const variables = {
      HOME: home,
      XDG_CONFIG_HOME: join(home, ".config"),
      SOPS_AGE_KEY: ours.text,
      SOPS_AGE_KEY_FILE: ours.file,
      SOPS_AGE_KEY_CMD: `cat ${ours.file}`,
    };
    Object.assign(process.env, variables);
    // The control: sops itself, with this environment, opens it.
    expect(spawnSync(needed("SOPS"), ["decrypt", path], { env: process.env }).status).toBe(0);
    expect(await refusal(open(path, stranger.text))).toMatchObject({ code: "sops-key" });
  });

  test("finds no SSH key either", async () => {
    const home = join(folder, "ssh-home");
    mkdirSync(join(home, ".ssh"), { recursive: true });
    const key = join(home, ".ssh/id_ed25519");
    execFileSync(needed("SSH_KEYGEN"), ["-q", "-t", "ed25519", "-N", "", "-f", key]);
    const path = yaml("ssh.yaml", [readFileSync(`${key}.pub`, "utf8").trim(), ours.recipient]);
    process.env.HOME = home;
    process.env.SOPS_AGE_SSH_PRIVATE_KEY_FILE = key;
    expect(spawnSync(needed("SOPS"), ["decrypt", path], { env: process.env }).status).toBe(0);
    const error = await refusal(open(path, stranger.text));
    expect(error).toMatchObject({
      code: "sops-key",
      message: expect.stringMatching(/for ssh-ed25519 \S+, age1/),
    });
  });

  test("asks no service of a cloud for a key, and starts no gpg", async () => {
    const path = changed(encrypted("cloud.json", JSON.stringify(plain)), (text) => {
      const file = JSON.parse(text);
      const at = { created_at: "2026-01-01T00:00:00Z", enc: "AAAA" };
      file.sops.kms = [{ ...at, arn: "arn:aws:kms:eu-central-1:000000000000:key/0" }];
      file.sops.pgp = [{ ...at, fp: "0".repeat(40) }];
      file.sops.hc_vault = [{ ...at, vault_address: "http://vault.test", engine_path: "a", key_name: "b" }];
      return JSON.stringify(file);
    });
    const gpg = join(folder, "bin");
    mkdirSync(gpg, { recursive: true });
    writeFileSync(join(gpg, "gpg"), `#!/bin/sh\ntouch '${join(folder, "gpg-ran")}'\n`);
    chmodSync(join(gpg, "gpg"), 0o755);
    process.env.PATH = `${gpg}:${process.env.PATH}`;
    expect((await open(path)).tree).toEqual(plain);
    expect(await refusal(open(path, stranger.text))).toMatchObject({ code: "sops-key" });
    expect(() => readFileSync(join(folder, "gpg-ran"))).toThrow("ENOENT");
  });

  test("settings of the folder it runs in are not read", async () => {
    const path = yaml("settings.yaml");
    writeFileSync(join(folder, ".sops.yaml"), "stores: [broken\n");
    const cwd = process.cwd();
    process.chdir(folder);
    try {
      expect(spawnSync(needed("SOPS"), ["decrypt", path], { env: process.env }).status).not.toBe(0);
      expect((await open(path)).tree).toEqual(plain);
    } finally {
      process.chdir(cwd);
      rmSync(join(folder, ".sops.yaml"));
    }
  });

  const value = /(CF_API_TOKEN": "ENC\[AES256_GCM,data:)([^,]*)/;
  const swapped = (text: string) => {
    const [token, other] = ["CF_API_TOKEN", "other"].map(
      (key) => new RegExp(`"${key}": "(ENC[^"]*)"`).exec(text)?.[1],
    );
    return text
      .replace(token as string, "\0")
      .replace(other as string, token as string)
      .replace("\0", other as string);
  };
  const withoutSops = (text: string) => {
    const { sops, ...rest } = JSON.parse(text);
    expect(sops.mac).toMatch(/^ENC/);
    return JSON.stringify(rest);
  };
  const edited =
    (change: (file: { deploy: Record<string, unknown>; sops: Record<string, unknown> }) => void) =>
    (text: string) => {
      const file = JSON.parse(text);
      change(file);
      return JSON.stringify(file);
    };
  test.each<[string, (text: string) => string]>([
    [
      "a value that is another one",
      (text) =>
        text.replace(value, (_, start, data) => start + data.replace(/^./, data[0] === "A" ? "B" : "A")),
    ],
    [
      "a value in plain text",
      edited(({ deploy }) => {
        deploy.CF_API_TOKEN = token;
      }),
    ],
    [
      "a value that is empty",
      edited(({ deploy }) => {
        deploy.CF_API_TOKEN = "";
      }),
    ],
    [
      "a value that is gone",
      edited(({ deploy }) => {
        delete deploy.other;
      }),
    ],
    [
      "a value more",
      edited(({ deploy }) => {
        deploy.more = "";
        deploy.again = deploy.other;
      }),
    ],
    ["two values that changed places", swapped],
    [
      "a MAC that is another one",
      (text) =>
        text.replace(
          /("mac": "ENC\[AES256_GCM,data:)(.)/,
          (_, start, letter) => start + (letter === "A" ? "B" : "A"),
        ),
    ],
    [
      "a MAC that is empty",
      edited(({ sops }) => {
        sops.mac = "";
      }),
    ],
    [
      "a MAC that is gone",
      edited(({ sops }) => {
        delete sops.mac;
      }),
    ],
    [
      "a MAC of another time",
      edited(({ sops }) => {
        sops.lastmodified = "2020-01-01T00:00:00Z";
      }),
    ],
    [
      "a rule that says no value is encrypted",
      edited(({ sops }) => {
        delete sops.unencrypted_suffix;
        sops.encrypted_regex = "^nothing$";
      }),
    ],
    [
      "a rule that says the MAC is about other values",
      edited(({ sops }) => {
        sops.mac_only_encrypted = true;
      }),
    ],
    ["no sops at all, and encrypted values", withoutSops],
  ])("stops at %s", async (_, change) => {
    const path = changed(encrypted("tampered.json", JSON.stringify(plain)), change);
    const before = readFileSync(path, "utf8");
    expect(await refusal(open(path))).toMatchObject({
      code: "sops-tampered",
      message: expect.stringMatching(/was changed after it was encrypted, and not by sops/),
      hint: expect.stringMatching(/restore it from git.*sops edit/),
    });
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  test("stops at a data key that is another one, though the recipient is right", async () => {
    const path = changed(yaml("data-key.json"), (text) =>
      text.replace(
        /(BEGIN AGE ENCRYPTED FILE-----\\n.{60})(.)/,
        (_, start, letter) => start + (letter === "A" ? "B" : "A"),
      ),
    );
    expect(await refusal(open(path))).toMatchObject({
      code: "sops-tampered",
      message: expect.stringContaining(ours.recipient),
    });
  });

  test("a file that is not encrypted is refused loudly", async () => {
    const path = join(folder, "plain.yaml");
    writeFileSync(path, JSON.stringify(plain));
    expect(await refusal(open(path))).toMatchObject({
      code: "sops-plain",
      message: `${path} is not encrypted: whoever sees the repository can read it`,
      hint: expect.stringMatching(/make new ones.*sops encrypt --in-place/),
    });
  });

  test.each([
    ["broken.yaml", `SSH_KEY: [${"x".repeat(20)}\nsops:\n`],
    ["broken.json", '{"SSH_KEY": '],
    ["list.yaml", "- a\n- b\n"],
    ["empty.yaml", ""],
  ])("%s is no file of sops, and nothing of it is told", async (name, text) => {
    const path = join(folder, name);
    writeFileSync(path, `${text}\n# ${token}\n`);
    const { code } = await refusal(open(path));
    expect(["sops-failed", "sops-plain"]).toContain(code);
  });

  test.each([
    ["nowhere.yaml", /there is no file .*nowhere\.yaml/],
    [".", /can't be read: EISDIR/],
  ])("a file that can't be read: %s", async (name, message) => {
    expect(await refusal(open(join(folder, name)))).toMatchObject({
      code: "sops-file",
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/checkout/),
    });
  });

  test("a file of many MiB is not read", async () => {
    const path = join(folder, "big.yaml");
    writeFileSync(path, Buffer.alloc(5 * 2 ** 20, "x"));
    expect(await refusal(open(path))).toMatchObject({
      code: "sops-file",
      message: expect.stringMatching(/bigger than 4 MiB/),
    });
  });

  test("the key is in no argument, and in the environment of sops only", async () => {
    const slow = program('sleep 0.3; exec "$SOPS" "$@"'.replace("$SOPS", needed("SOPS")));
    const secret = ours.text.trim().split("\n").at(-1) as string;
    const watch = await new Canary({ key: secret, token, pem }).watch();
    const { tree } = await new SopsSecrets({ program: slow }).decrypted(
      yaml("watched.yaml"),
      ageKeysOf(ours.text),
    );
    const { leaks } = await watch.stop();
    expect(tree).toEqual(plain);
    expect(leaks.length).toBeGreaterThan(0);
    expect(leaks.filter(({ variable }) => variable !== "SOPS_AGE_KEY")).toEqual([]);
  });

  /** A program in the place of sops. */
  function program(commands: string): string {
    const path = join(folder, "program");
    writeFileSync(
      path,
      `#!/bin/sh\n[ "$1" = --version ] && [ -z "$OLD" ] && { echo "sops 3.13.3"; exit 0; }\n${commands}\n`,
    );
    chmodSync(path, 0o755);
    return path;
  }

  test("sops gets PATH and nothing else of ours", async () => {
    const seen = join(folder, "seen");
    process.env.CANARY = "canary";
    const path = yaml("environment.yaml");
    const run = new SopsSecrets({ program: program(`env > '${seen}'; echo '{}'`) }).decrypted(
      path,
      ageKeysOf(ours.text),
    );
    expect((await run).tree).toEqual({});
    const names = readFileSync(seen, "utf8")
      .split("\n")
      .flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? []);
    // What a shell sets by itself.
    expect(new Set(names.filter((name) => !["PWD", "SHLVL", "_", "OLDPWD"].includes(name)))).toEqual(
      new Set([
        ...["PATH", "HOME", "XDG_CONFIG_HOME", "GNUPGHOME", "SOPS_GPG_EXEC", "SOPS_AGE_KEY"],
        ...[
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "AWS_EC2_METADATA_DISABLED",
          "GCE_METADATA_HOST",
          "SOPS_DISABLE_VERSION_CHECK",
        ],
      ]),
    );
    expect(readFileSync(seen, "utf8")).toContain(`PATH=${process.env.PATH}\n`);
  });

  test.each([
    ["never ends", "exec sleep 60", { seconds: 0.5 }, "sops-timeout", /within 0\.5 s/],
    [
      "never ends and holds its output",
      "sleep 5 & exec sleep 60",
      { seconds: 0.5 },
      "sops-timeout",
      /within 0\.5 s/,
    ],
    ["prints without end", "yes canary", {}, "sops-failed", /more than 4 MiB/],
    ["is killed", "kill -SEGV $$", {}, "sops-failed", /ended by SIGSEGV/],
    ["prints no JSON", "echo canary", {}, "sops-failed", /no group of keys/],
    ["prints a list", "echo '[\"canary\"]'", {}, "sops-failed", /no group of keys/],
    ["fails and says a secret", "echo canary >&2; exit 7", {}, "sops-failed", /exit code 7/],
  ])("a program that %s", async (_, commands, options, code, message) => {
    const run = new SopsSecrets({ program: program(commands), ...options }).decrypted(
      yaml("odd.yaml"),
      ageKeysOf(ours.text),
    );
    const error = await refusal(run);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(`${error.message}${error.hint}`).not.toContain("canary");
  });

  test("without sops, and with one that is too old or none", async () => {
    const path = yaml("missing.yaml");
    const missing = new SopsSecrets({ program: join(folder, "nowhere") }).decrypted(
      path,
      ageKeysOf(ours.text),
    );
    expect(await refusal(missing)).toMatchObject({
      code: "sops-missing",
      hint: expect.stringMatching(/nixpkgs#sops.*getsops\.io/),
    });
    for (const [said, message] of [
      ["sops 3.8.1 (latest)", /is sops 3\.8\.1/],
      ["sops 2.99.0", /is sops 2\.99\.0/],
      ["hello", /no sops/],
    ] as const) {
      const file = join(folder, "old");
      writeFileSync(file, `#!/bin/sh\necho '${said}'\n`);
      chmodSync(file, 0o755);
      const old = new SopsSecrets({ program: file }).decrypted(path, ageKeysOf(ours.text));
      expect(await refusal(old)).toMatchObject({
        code: "sops-old",
        message: expect.stringMatching(message),
        hint: expect.stringMatching(/3\.9\.0 or newer/),
      });
    }
  });
});
