import { expect, test } from "@jest/globals";
import { nixFailure } from "../../src/adapters/nix-errors.ts";
import { describeWithNix, evaluate, root } from "../support/nix.ts";

const withDefaults = (given: string) =>
  `(import ${root}nix/plan/settings.nix { inherit (import ${root}nix/plan/fail.nix) fail; }).withDefaults (${given})`;
const minimal = '{ hostenvHostname = "h.test"; }';

/** Settings with which an expression of Nix was evaluated, one run for many. */
const CASES: readonly [settings: string, code: string, message: string][] = [
  ["{ }", "setting-missing", "'provider.hostenvHostname' is not set"],
  [`${minimal} // { nodeFro = { }; }`, "setting-unknown", "'provider.nodeFro'"],
  [`${minimal} // { letsEncrypt.email = "a"; }`, "setting-unknown", "'provider.letsEncrypt.email'"],
  [`${minimal} // { nodeFor = "n"; }`, "setting-type", `'provider.nodeFor' is "n", and must be a set`],
  [
    `${minimal} // { nodeFor.production = 3; }`,
    "setting-type",
    "'provider.nodeFor.production' is 3, and must",
  ],
  [`${minimal} // { nodeSshPorts.a = 70000; }`, "setting-type", "must be a port, 0 to 65535"],
  [`${minimal} // { nodeSshPorts.a = "22"; }`, "setting-type", `is "22", and must be a port`],
  [`${minimal} // { deployPublicKeys = "k"; }`, "setting-type", "must be a list (of each: a string without"],
  [`${minimal} // { deployPublicKeys = [ "a" "b\\nc" ]; }`, "setting-type", "'provider.deployPublicKeys.1'"],
  [`${minimal} // { planSource = "disc"; }`, "setting-type", `must be "eval" or "disk"`],
  [
    `${minimal} // { limits.a__b.MemoryMax = [ ]; }`,
    "setting-type",
    "is a list, and must be a string, a whole number or",
  ],
  [`${minimal} // { freeze = [ { from = "x"; } ]; }`, "setting-missing", "'provider.freeze.0.reason'"],
  [
    `${minimal} // { severities.a.uid-changed = "loud"; }`,
    "setting-type",
    `"block", "warn", "info" or "off"`,
  ],
  [`${minimal} // { generatedFlake.envInputs.extra = { }; }`, "setting-type", "must be a function"],
  [`${minimal} // { cloudflare.apiTokenFile = ./x; }`, "token-path", "world-readable store"],
];

describeWithNix("provider settings", (nix) => {
  test.each(CASES)("%s is %s", (settings, code, message) => {
    const { error } = evaluate(nix, withDefaults(settings));
    expect(nixFailure(error, 1, "")).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test("what is null is not set, and a part that is set leaves the others their defaults", () => {
    const { value, error } = evaluate(
      nix,
      `removeAttrs (${withDefaults(`${minimal} // { letsEncrypt.acceptTerms = true; canary = null; planSource = null; }`)}) [ "generatedFlake" ]`,
    );
    expect(error).toBe("");
    expect(value).toMatchObject({
      letsEncrypt: { enable: true, acceptTerms: true, adminEmail: null },
      planSource: "eval",
      deployUser: "deploy",
      policy: {},
    });
  });

  test("every setting says what it is for, and has an example, a default, or parts", () => {
    const { value } = evaluate(
      nix,
      `let
         silent = where: options: builtins.concatLists (builtins.attrValues (builtins.mapAttrs
           (name: option: (if (option.description or "") != "" && (option ? example || option ? default || option.type ? parts) then [ ] else [ "\${where}\${name}" ])
             ++ (if builtins.isAttrs option.type && option.type ? parts then silent "\${where}\${name}." option.type.parts else [ ]))
           options));
         options = import ${root}nix/plan/options.nix;
       in { silent = silent "" options; names = builtins.attrNames options; }`,
    );
    expect(value).toMatchObject({ silent: [], names: expect.arrayContaining(["hostenvHostname", "canary"]) });
  });
});
