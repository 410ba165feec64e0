import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { nixFailure } from "../../src/adapters/nix-errors.ts";
import { describeWithNix, evaluate, root } from "../support/nix.ts";
import { lib } from "./copies.ts";

const CASE = `${root}__tests__/fixtures/hostenv/basic`;
const json = (path: string) => JSON.parse(readFileSync(`${CASE}/${path}`, "utf8"));

/** A project's lib.hostenv of one module, for one system. */
const project = (module: string) =>
  `(import ${root}nix/project.nix { lib = ${lib}; systems = [ "x86_64-linux" ]; modules = [ (${module}) ]; }).x86_64-linux`;

// The projects of the fixture `basic`, as their authors would write them here.
const SHOP = `{
  allEnvironments.users.alice = { email = "alice@acme.test"; publicKeys = [ "${json("exports/acme__shop.json").environments.main.users.alice.publicKeys[0]}" ]; };
  environments = {
    main = {
      type = "production";
      virtualHosts."shop.acme.test" = { };
      virtualHosts."www.shop.acme.test".globalRedirect = "shop.acme.test";
    };
    staging.type = "testing";
    "feature/basket-2" = { };
  };
}`;
const BLOG = `{
  environments.main = {
    type = "production";
    virtualHosts."blog.acme.test" = { };
    deploymentVerification.checks = [ {
      name = "front";
      request.virtualHost = "blog.acme.test";
      constraints = [ { rule = "minHttpStatus"; value = 200; } { rule = "maxHttpStatus"; value = 399; } ];
    } ];
  };
}`;

// What the existing tool's export says besides: where a project lay when it was evaluated.
const KEPT = ["root", "runtimeRoot"];

describeWithNix("a project's environments", (nix) => {
  test("are planned as those of the existing tool's export", () => {
    const { value, error } = evaluate(
      nix,
      `let read = file: builtins.fromJSON (builtins.readFile (${CASE} + "/\${file}")); in
       ((import ${root}nix/plan).plan {
         given = read "provider.json"; lock = read "flake.lock"; state = read "state.json";
         inputs = {
           acme__shop.lib.hostenv.x86_64-linux = ${project(SHOP)};
           acme__blog.lib.hostenv.x86_64-linux = ${project(BLOG)};
         };
       }).plan`,
    );
    expect(error).toBe("");
    const expected = json("expected/plan.json");
    for (const environment of Object.values(expected.environments) as { hostenv: Record<string, unknown> }[])
      for (const name of KEPT) delete environment.hostenv[name];
    const { _description, ...said } = expected;
    expect(value).toEqual(said);
  });

  test("are plain values, and name the default one", () => {
    const { value, error } = evaluate(nix, project(SHOP));
    expect(error).toBe("");
    expect(value).toMatchObject({ defaultEnvironment: "main", environments: { staging: { enable: true } } });
  });

  test("may speak of their own hostname, whatever it will be", () => {
    const module = `{ environments.main = { config, ... }: {
      virtualHosts.\${config.hostenv.hostname}.allowIndexing = true;
      virtualHosts."a.test".globalRedirect = config.hostenv.hostname;
      deploymentVerification.checks = [ { request.virtualHost = config.hostenv.hostname; } ];
    }; }`;
    const { value, error } = evaluate(
      nix,
      `((import ${root}nix/plan).plan {
        given = { hostenvHostname = "h.test"; nodeFor.default = "n"; };
        lock.nodes.acme__shop.original = { type = "git"; url = "u"; };
        inputs.acme__shop.lib.hostenv.x86_64-linux = ${project(module)};
      }).plan.environments.shop-main-4f7240c`,
    );
    expect(error).toBe("");
    expect(value).toMatchObject({
      virtualHosts: {
        "shop-main-4f7240c.h.test": { allowIndexing: true },
        "a.test": { globalRedirect: "shop-main-4f7240c.h.test" },
      },
      deploymentVerification: { checks: [{ request: { virtualHost: "shop-main-4f7240c.h.test" } }] },
    });
  });

  test.each([
    [
      '{ environments = { main.type = "production"; live.type = "production"; }; }',
      "at most one environment can be production, and live and main are.",
    ],
    [
      '{ environments.a = { }; defaultEnvironment = "b"; }',
      "defaultEnvironment is 'b', and there is no such environment. Set it to one of: a.",
    ],
    [
      '{ environments.main.deploymentVerification.checks = [ { request.virtualHost = "x.test"; } ]; }',
      "a check of environment 'main' asks for x.test, which is none of its virtualHosts.",
    ],
    [
      '{ environments.main.virtualHosts."x.test; return 200" = { }; }',
      "environment 'main' has the hostname 'x.test; return 200': only letters",
    ],
  ])("%s is refused with what to do", (module, message) => {
    expect(nixFailure(evaluate(nix, project(module)).error, 1, "")).toMatchObject({
      code: "project-assertion",
      message: expect.stringContaining(message),
    });
  });

  test("one that is switched off is no second production", () => {
    const module =
      '{ environments = { main.type = "production"; live = { type = "production"; enable = false; }; }; }';
    expect(evaluate(nix, project(module)).error).toBe("");
  });

  test.each([
    ["type", '"staging"'],
    ["enable", '"yes"'],
    ["hostenv.gitRef", '"a b"'],
    ["hostenv.hostname", '"other.test"'],
    ["migrations", '[ "a b" ]'],
    ['virtualHosts."x.test".globalRedirect', '"http://y.test/"'],
    ['virtualHosts."x.test".redirectCode', "200"],
    ['virtualHosts."x.test".security.csp', `''default-src "self"''`],
    ['virtualHosts."x.test".security.reportTo', `"it's"`],
    ['virtualHosts."x.test".security.csp', '"a $host"'],
    ['virtualHosts."x.test".security.xFrameOptions', '"ALLOW"'],
    ["users.a.publicKeys", '[ "a\\nb" ]'],
    [
      "deploymentVerification.checks",
      '[ { request = { virtualHost = "environment.invalid"; timeoutSeconds = 301; }; } ]',
    ],
    ["virtualHost", "{ }"],
  ])("%s = %s is refused with the option's name", (option, wrong) => {
    const { error } = evaluate(nix, project(`{ environments.main = { ${option} = ${wrong}; }; }`));
    const place = option.replaceAll('"', "").split(".")[0];
    expect(error).toMatch(
      new RegExp(
        `option \`environments\\.main\\.${place}[^']*' (?:is not of type|does not exist|is read-only)`,
      ),
    );
  });
});
