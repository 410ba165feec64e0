import { expect, test } from "@jest/globals";
import { sourcesAmong } from "../../src/fleets/hostenv/sources.ts";

const folders = { nodes: "nodes", secrets: "secrets" };
const isSource = (path: string) => sourcesAmong([path], folders, "generated").length === 1;

test.each([
  ...[
    "flake.nix",
    "modules/web.nix",
    "flake.lock",
    "nodes/node-a/configuration.nix",
    "nodes/node-a/disk.json",
  ],
  ...["secrets/secrets.yaml", "secrets/deep/key.bin", "nodes/a.txt", "generated.nix", "docs/example.nix"],
])("%s can reach a build", (path) => {
  expect(isSource(path)).toBe(true);
});

test.each([
  ...[
    "README.md",
    "nodes/node-a/README.md",
    "secrets/README.md",
    "generated/plan.json",
    "generated/flake.nix",
  ],
  ...["generated/flake.lock", ".github/workflows/plan.yml", ".github/x.nix", "tests/golden/plan.json"],
  ...["tests/check.nix", "sub/flake.lock", "package.json", "nodes-old/a.json", "nodes", ".gitignore"],
])("%s can't", (path) => {
  expect(isSource(path)).toBe(false);
});

test("the folders are the provider's own", () => {
  const files = ["hosts/a.json", "nodes/a.json", "vault.yaml", "out/flake.nix", "generated/flake.nix"];
  expect(sourcesAmong(files, { nodes: "hosts", secrets: "vault.yaml" }, "out")).toEqual([
    "hosts/a.json",
    "vault.yaml",
    "generated/flake.nix",
  ]);
});
