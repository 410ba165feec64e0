import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { root } from "../support/root.ts";
import { describeWith, needed } from "../support/tools.ts";

/** A name as long as the DNS takes one, different from others by its first label. */
const longest = (index: number) =>
  [`${index}`.padStart(63, "a"), "b".repeat(63), "c".repeat(63), "d".repeat(61)].join(".");

/** A number that the module sets, by the option's name. */
function setting(option: string): string {
  const module = readFileSync(`${root}nix/nixos/nginx-hostenv.nix`, "utf8");
  return module.match(new RegExp(`${option} = mkDefault (\\d+);`))?.[1] as string;
}

describeWith(["NGINX"], "nginx with what our module sets for names", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "hostenv-nginx-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What nginx says of a server for each of these names. */
  function checked(names: readonly string[], directives: string) {
    const servers = names.map((name) => `server { listen 127.0.0.1:8080; server_name ${name}; }`);
    const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (kind) => `${kind}_temp_path ${folder}/${kind};`,
    );
    const file = join(folder, "nginx.conf");
    writeFileSync(
      file,
      `pid ${folder}/pid;\nevents {}\nhttp {\naccess_log off;\n${[...folders, directives, ...servers].join("\n")}\n}\n`,
    );
    const { status, stderr } = spawnSync(needed("NGINX"), ["-t", "-e", "stderr", "-p", folder, "-c", file], {
      encoding: "utf8",
    });
    return { status, stderr };
  }

  test("starts with the longest names that there can be, and with a thousand of them", () => {
    expect(longest(1)).toHaveLength(253);
    const names = Array.from({ length: 1000 }, (_, index) => longest(index));
    const ours = `server_names_hash_bucket_size ${setting("serverNamesHashBucketSize")};
      server_names_hash_max_size ${setting("serverNamesHashMaxSize")};`;
    const { status, stderr } = checked(names, ours);
    expect(stderr).not.toMatch(/warn|emerg/);
    expect(status).toBe(0);
  });

  test("would not start with one of them otherwise", () => {
    // Two names: for a single one nginx looks nothing up.
    expect(checked(["a.test", "b.test"], "").status).toBe(0);
    const { status, stderr } = checked(["a.test", longest(1)], "");
    expect(stderr).toContain("could not build server_names_hash");
    expect(status).toBe(1);
  });
});
