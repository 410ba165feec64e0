import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { OPTIONAL, unnamed, wrongCopy } from "../../scripts/setup/nixpkgs-copies.mjs";

let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "hostenv-copies-"));
  for (const file of ["lib/default.nix", "flake.nix"]) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), "");
  }
});
afterAll(() => rmSync(copy, { recursive: true }));

const required = () => ({ HOSTENV_TEST_NIXPKGS: copy, HOSTENV_TEST_FLAKE_PARTS: copy });

test("nixpkgs and flake-parts must be there, and nothing else", () => {
  expect(wrongCopy(required())).toBeNull();
  expect(unnamed(required())).toEqual(OPTIONAL);
  expect(wrongCopy({ HOSTENV_TEST_FLAKE_PARTS: copy })).toBe(
    "HOSTENV_TEST_NIXPKGS is '', which holds no lib/default.nix: name a local copy of nixpkgs",
  );
  expect(wrongCopy({ ...required(), HOSTENV_TEST_FLAKE_PARTS: "/none" })).toContain(
    "HOSTENV_TEST_FLAKE_PARTS is '/none', which holds no flake.nix",
  );
});

test.each(OPTIONAL)("a copy of $project is taken where $variable names one, and must be one", (one) => {
  const env = { ...required(), [one.variable]: copy };
  expect(unnamed(env)).toEqual(OPTIONAL.filter(({ variable }) => variable !== one.variable));
  expect(wrongCopy(env)).toBe(
    `${one.variable} is '${copy}', which holds no ${one.file}: name a local copy of ${one.project}`,
  );
  mkdirSync(dirname(join(copy, one.file)), { recursive: true });
  writeFileSync(join(copy, one.file), "");
  expect(wrongCopy(env)).toBeNull();
});
