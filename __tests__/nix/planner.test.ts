import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { nixFailure } from "../../src/adapters/nix-errors.ts";
import { describeWithNix, evaluate, root } from "../support/nix.ts";

const fixtures = `${root}__tests__/fixtures/hostenv`;

function expected(name: string, file: string): Record<string, unknown> {
  const { _description, ...rest } = JSON.parse(readFileSync(`${fixtures}/${name}/expected/${file}`, "utf8"));
  return rest;
}

/** The planner called with one project, changed by the Nix text of each part. */
function call(parts: {
  given?: string;
  state?: string;
  environments?: string;
  more?: string;
  rest?: string;
}) {
  const environments = parts.environments ?? '{ main = { type = "production"; }; }';
  return `(import ${root}nix/plan).plan ({
    given = { hostenvHostname = "h.test"; nodeFor.default = "n1"; letsEncrypt.adminEmail = "a@h.test"; } // ${parts.given ?? "{ }"};
    system = "x86_64-linux";
    state = ${parts.state ?? "{ }"};
    lock.nodes.acme__shop.original = { type = "git"; url = "https://git.test/shop"; };
    inputs = { acme__shop.lib.hostenv.x86_64-linux.environments = ${environments}; } // ${parts.more ?? "{ }"};
  } // ${parts.rest ?? "{ }"})`;
}

const secondProject = (environments: string) =>
  `{ acme__blog.lib.hostenv.x86_64-linux.environments = ${environments}; }`;
const bothLocked = "{ lock.nodes = { acme__shop.original = { }; acme__blog.original = { }; }; }";

describeWithNix("the planner", (nix) => {
  test.each(readdirSync(fixtures))("gives the plan and state of the existing generator: %s", (name) => {
    const { value, error } = evaluate(
      nix,
      `import ${root}nix/tests/fixture.nix { case = ${fixtures}/${name}; }`,
    );
    expect(error).toBe("");
    expect((value as { plan: unknown }).plan).toEqual(expected(name, "plan.json"));
    expect((value as { state: unknown }).state).toEqual(expected(name, "state.json"));
  });

  // Each error: what is wrong, which words must name the values, which words are the remedy.
  const errors: [string, string, string, RegExp, RegExp][] = [
    [
      "no project among the inputs",
      call({ rest: "{ inputs = { nixpkgs = { }; utils = { }; }; }" }),
      "no-projects",
      /inputs: nixpkgs, utils/,
      /organisation__project/,
    ],
    [
      "an input name with three parts",
      call({ more: "{ a__b__c = { }; }" }),
      "input-name",
      /'a__b__c'.*3 non-empty parts/,
      /rename/,
    ],
    ["an input name with an empty part", call({ more: "{ a__ = { }; }" }), "input-name", /'a__'/, /rename/],
    [
      "a project without an export",
      call({ more: "{ acme__blog = { lib = { }; }; }" }),
      "export-missing",
      /'acme__blog' does not export lib\.hostenv\.x86_64-linux\.environments/,
      /export lib\.hostenv/,
    ],
    [
      "an input that is not locked",
      call({ rest: "{ lock = { }; }" }),
      "input-not-locked",
      /'acme__shop'/,
      /nix flake lock/,
    ],
    [
      "a type without a node",
      call({ given: '{ nodeFor = { testing = "n2"; }; }' }),
      "no-node",
      /'shop-main-4f7240c' has type 'production'/,
      /nodeFor\.production or provider\.nodeFor\.default/,
    ],
    [
      "a node that is null",
      call({ given: "{ nodeFor.default = null; }" }),
      "no-node",
      /'production'/,
      /nodeFor/,
    ],
    [
      "a hostname with two owners in the plan",
      call({
        environments: '{ main.virtualHosts."x.test" = { }; }',
        more: secondProject('{ main.virtualHosts."X.test" = { }; }'),
        rest: bothLocked,
      }),
      "hostname-two-owners",
      /claimed by two environments: blog-main-4155301, shop-main-4f7240c/,
      /remove it/,
    ],
    [
      "a hostname that state holds for an environment no longer planned",
      call({
        environments: '{ main.virtualHosts."x.test" = { }; }',
        state: '{ gone = { uid = 1009; virtualHosts = [ "x.test" ]; }; }',
      }),
      "hostname-held",
      /'x\.test' of environment shop-main-4f7240c is still held in state\.json by gone/,
      /state prune/,
    ],
    [
      "a hostname that state holds twice",
      call({
        state:
          '{ a = { uid = 1009; virtualHosts = [ "x.test" ]; }; b = { uid = 1010; virtualHosts = [ "x.test" ]; }; }',
      }),
      "hostname-two-holders",
      /held by two environments that are no longer planned: a, b/,
      /restore state\.json/,
    ],
    [
      "an environment's own hostname claimed by another",
      call({
        more: secondProject('{ main.virtualHosts."shop-main-4f7240c.h.test" = { }; }'),
        rest: bothLocked,
      }),
      "hostname-two-owners",
      /shop-main-4f7240c\.h\.test/,
      /remove it/,
    ],
    [
      "two inputs that give the same environment",
      call({
        more: "{ ACME__Shop.lib.hostenv.x86_64-linux.environments.main = { }; }",
        rest: "{ lock.nodes = { acme__shop.original = { }; ACME__Shop.original = { }; }; }",
      }),
      "environment-twice",
      /'shop-main-4f7240c'/,
      /rename or remove/,
    ],
    [
      "a state entry without a uid",
      call({ state: "{ gone = { virtualHosts = [ ]; }; }" }),
      "state-uid",
      /entry 'gone'/,
      /restore/,
    ],
    [
      "a uid of the system's own users",
      call({ state: "{ gone = { uid = 0; virtualHosts = [ ]; }; }" }),
      "state-uid",
      /'gone' has no uid of 1000 or more/,
      /restore/,
    ],
    [
      "a uid that is reserved twice",
      call({ state: "{ a.uid = 1009; b.uid = 1009; }" }),
      "uid-twice",
      /uid 1009 is reserved for two environments: a, b/,
      /keeps it/,
    ],
    [
      "an alias that is another environment's hostname",
      call({
        environments: '{ main.virtualHosts."x.test".serverAliases = [ "victim.test" ]; }',
        more: secondProject('{ main.virtualHosts."victim.test" = { }; }'),
        rest: bothLocked,
      }),
      "hostname-two-owners",
      /'victim\.test' is claimed by two environments/,
      /remove it/,
    ],
    [
      "a redirect that would end nginx's directive",
      call({ environments: '{ main.virtualHosts."x.test".globalRedirect = "e.test; } server {"; }' }),
      "hostname-value",
      /'e\.test; \} server \{'/,
      /letters, digits/,
    ],
    [
      "a key that holds another one",
      call({ environments: '{ main.users.a.publicKeys = [ "ssh-ed25519 AAAA a\\nssh-ed25519 EVIL b" ]; }' }),
      "ssh-key",
      /'shop-main-4f7240c' holds a line break/,
      /an entry of its own/,
    ],
    [
      "a plan on disk without uids",
      call({ rest: '{ planOnDisk.environments = { a.uid = 1002; b.uid = null; c = { }; d.uid = "5"; }; }' }),
      "uid-missing",
      /for: b, c, d/,
      /planSource/,
    ],
    [
      "a CSP with a double quote",
      call({ environments: '{ main.virtualHosts."x.test".security.csp = "default-src \\"self\\""; }' }),
      "csp-value",
      /'x\.test' of environment 'shop-main-4f7240c'.*default-src "self"/,
      /quotes its keywords with '/,
    ],
    [
      "a header with both kinds of quotes",
      call({ environments: '{ main.virtualHosts."x.test".security.reportTo = "{\\"a\\":\'b\'}"; }' }),
      "header-value",
      /Report-To holds both kinds of quotes/,
      /one kind of quotes/,
    ],
    [
      "a header with an nginx variable",
      call({ environments: '{ main.virtualHosts."x.test".security.csp = "img-src $host"; }' }),
      "header-value",
      /Content-Security-Policy holds.*img-src \$host/,
      /remove that character/,
    ],
    [
      "a header with a line break",
      call({ environments: '{ main.virtualHosts."x.test".security.referrerPolicy = "a\\nb"; }' }),
      "header-value",
      /Referrer-Policy holds a line break/,
      /remove that character/,
    ],
    [
      "a hostname that would end nginx's directive",
      call({ environments: '{ main.virtualHosts."x.test; return 200" = { }; }' }),
      "hostname-value",
      /'x\.test; return 200'/,
      /letters, digits, dots and dashes/,
    ],
    [
      "a redirect with a page of its own",
      call({
        environments:
          '{ main.virtualHosts."x.test" = { globalRedirect = "y.test"; locations."/".return = 404; }; }',
      }),
      "location-twice",
      /'x\.test' of environment 'shop-main-4f7240c': the location '\/' is there already, for globalRedirect/,
      /virtual host's locations/,
    ],
    [
      "a second answer to challenges",
      call({
        environments:
          '{ main.virtualHosts."x.test" = { enableLetsEncrypt = true; locations."/.well-known/acme-challenge/".return = 404; }; }',
      }),
      "location-twice",
      /the location '\/\.well-known\/acme-challenge\/' is there already, for the certificate authority's challenges/,
      /virtual host's locations/,
    ],
    [
      "a provider without a domain",
      call({ rest: '{ given = { nodeFor.default = "n1"; }; }' }),
      "setting-missing",
      /'provider\.hostenvHostname'/,
      /hostenvHostname = /,
    ],
    [
      "a token file that would be copied to the store",
      call({ given: "{ cloudflare.apiTokenFile = /etc/token; }" }),
      "token-path",
      /world-readable store/,
      /as a string/,
    ],
    [
      "two projects with one slice and different limits",
      call({
        environments: "{ main = { }; }",
        more: "{ acme__shop-x.lib.hostenv.x86_64-linux.environments.main = { }; }",
        given:
          '{ limits.acme__catalogueservice.MemoryMax = "1G"; limits.acme__catalogueserver.MemoryMax = "2G"; }',
        rest: `{
          lock.nodes = { acme__catalogueservice.original = { }; acme__catalogueserver.original = { }; };
          inputs = {
            acme__catalogueservice.lib.hostenv.x86_64-linux.environments.main = { };
            acme__catalogueserver.lib.hostenv.x86_64-linux.environments.main = { };
          };
        }`,
      }),
      "limits-conflict",
      /'user-acme-cataloguese' is shared by cataloguese-main-\w+ and cataloguese-main-\w+/,
      /same entry in provider\.limits/,
    ],
  ];

  test.each(errors)("refuses %s", (_, expression, code, values, remedy) => {
    const { error } = evaluate(nix, expression);
    const failure = nixFailure(error, 1, "x");
    expect(failure.code).toBe(code);
    expect(failure.message).toMatch(values);
    expect(failure.hint).toMatch(remedy);
  });

  test("keeps a uid and clears previousNode when a removed environment comes back", () => {
    const state = "{ shop-main-4f7240c = { uid = 1042; node = null; virtualHosts = [ ]; extra = 1; }; }";
    const { value } = evaluate(nix, call({ state }));
    const { plan, state: after } = value as { plan: never; state: never };
    expect(plan).toMatchObject({ environments: { "shop-main-4f7240c": { uid: 1042, previousNode: null } } });
    expect(after).toMatchObject({ "shop-main-4f7240c": { uid: 1042, node: "n1", extra: 1 } });
  });

  test("takes a location beside a redirect, and an answer to challenges where there is no certificate", () => {
    const locations = '{ "/health".return = 200; }';
    const challenges = '{ "/.well-known/acme-challenge/".return = 404; "/".return = 200; }';
    const { value, error } = evaluate(
      nix,
      `builtins.mapAttrs (_: host: builtins.attrNames host.locations) (${call({
        environments: `{ main.virtualHosts = {
          "x.test" = { enableLetsEncrypt = true; globalRedirect = "y.test"; locations = ${locations}; };
          "y.test" = { enableLetsEncrypt = false; locations = ${challenges}; };
        }; }`,
      })}).plan.nodes.n1.services.nginx.virtualHosts`,
    );
    expect(error).toBe("");
    expect(value).toMatchObject({ "x.test": ["/health"], "y.test": ["/", "/.well-known/acme-challenge/"] });
  });

  test("lets a hostname move between two planned environments", () => {
    const expression = call({
      environments: "{ main = { }; }",
      more: secondProject('{ main.virtualHosts."x.test" = { }; }'),
      state: '{ shop-main-4f7240c = { uid = 1042; virtualHosts = [ "x.test" ]; }; }',
      rest: bothLocked,
    });
    const { value, error } = evaluate(nix, expression);
    expect(error).toBe("");
    expect(value).toMatchObject({ state: { "blog-main-4155301": { virtualHosts: ["x.test"] } } });
  });

  test("renames what points at a project's own idea of its hostname", () => {
    const environments = `{ main = {
      hostenv.hostname = "old.test";
      virtualHosts = { "old.test".redirectCode = 302; "x.test".globalRedirect = "old.test"; };
      deploymentVerification.checks = [ { request.virtualHost = "old.test"; } { request.virtualHost = "x.test"; } ];
    }; }`;
    const { value, error } = evaluate(nix, call({ environments }));
    expect(error).toBe("");
    const own = "shop-main-4f7240c.h.test";
    const { plan } = value as { plan: { environments: Record<string, object> } };
    expect(plan.environments["shop-main-4f7240c"]).toMatchObject({
      virtualHosts: { [own]: { redirectCode: 302 }, "x.test": { globalRedirect: own } },
      deploymentVerification: {
        checks: [{ request: { virtualHost: own } }, { request: { virtualHost: "x.test" } }],
      },
    });
    expect(plan.environments["shop-main-4f7240c"]).not.toHaveProperty(["virtualHosts", "old.test"]);
  });

  test("takes the older places of a project's export", () => {
    for (const place of ["hostenv.x86_64-linux", "outputs.hostenv.x86_64-linux", "hostenv"]) {
      const { value, error } = evaluate(
        nix,
        call({ rest: `{ inputs.acme__shop.${place}.environments.main = { }; }` }),
      );
      expect(error).toBe("");
      expect(Object.keys((value as { plan: { environments: object } }).plan.environments)).toEqual([
        "shop-main-4f7240c",
      ]);
    }
  });

  test("takes limits, firewall ports and policy from the settings", () => {
    const given = `{
      limits.acme__shop.MemoryMax = "1G";
      nodeFirewallPorts.n1 = [ 8443 ];
      canary = [ "n1" ];
      cloudflare.zones = [ "z.test" ];
    }`;
    const { value } = evaluate(nix, call({ given }));
    expect(value).toMatchObject({
      plan: {
        policy: { canary: ["n1"], zones: ["z.test"] },
        nodes: {
          n1: {
            networking: { firewall: { allowedTCPPorts: [80, 443, 22, 8443] } },
            systemd: { slices: { "user-acme-shop": { sliceConfig: { MemoryMax: "1G", CPUQuota: "200%" } } } },
          },
        },
      },
    });
  });

  test("asks makeHostenv once per project, and only where the export has no migrations", () => {
    const expression = call({
      environments: '{ main = { }; second = { }; own = { migrations = [ "mine-migrate" ]; }; }',
      rest: '{ makeHostenv = project: builtins.trace "asked" [ (project.organisation + "-migrate") ]; }',
    });
    const { value, stderr } = evaluate(nix, expression);
    expect(stderr.match(/asked/g)).toHaveLength(1);
    const { plan } = value as {
      plan: { environments: Record<string, { migrations: string[]; hostenv: { environmentName: string } }> };
    };
    const found = Object.values(plan.environments).map((each) => [
      each.hostenv.environmentName,
      each.migrations,
    ]);
    expect(Object.fromEntries(found)).toEqual({
      main: ["acme-migrate"],
      second: ["acme-migrate"],
      own: ["mine-migrate"],
    });
  });
});
