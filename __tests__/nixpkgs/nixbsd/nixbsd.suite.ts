import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { describeWithNix, evaluate, root } from "../../support/nix.ts";
import { builtFolder, deployed, type Inputs, SHOP, STAND_INS } from "../built-example.ts";
import { optionalCopies } from "../copies.ts";
import { exampleNode } from "../nixos.ts";

/**
 * NixOS' own modules of users, sudo, SSH, nginx and certificates, as nixbsd has copied them. What those copies lack for
 * a BSD stays our own declaration (linux-options.nix): systemd, restic, exporters, the firewall, lingering.
 */
const INPUTS: Inputs = {
  ...STAND_INS,
  nixos: `[
    (import ${root}__tests__/nixpkgs/nixbsd/modules.nix { copy = ${optionalCopies.nixbsd}; })
    { system.build.toplevel = "/nix/store/nixos"; }
  ]`,
};
const NODES = ["node-a", "node-b", "node-c"];
const EVERYTHING = `{
  hostenv.backups = { enable = true; types = [ "production" "testing" ]; repositoryPrefix = "/srv"; };
  hostenv.monitoring.enable = true;
}`;

type Host = { enableACME: boolean; forceSSL: boolean };

let folder: string;
beforeAll(() => {
  folder = builtFolder();
  mkdirSync(join(folder, "generated"), { recursive: true });
});
afterAll(() => rmSync(dirname(folder), { recursive: true }));

/** A module of the provider's for all nodes, and what the DNS gate remembers. */
function given({ common = EVERYTHING, gate = {} }: { common?: string; gate?: object } = {}): void {
  writeFileSync(join(folder, "common.nix"), common);
  const memory = { schema: 1, hostnames: {}, off: [], holds: {}, ...gate };
  writeFileSync(join(folder, "generated/dns-gate.json"), JSON.stringify(memory));
}

describeWithNix("nodes of NixOS' own modules", (nix) => {
  const found = (node: string, expression: string, settings = "{ }") =>
    evaluate(
      nix,
      `let inherit (${deployed(folder, `nixosConfigurations.${node}`, { inputs: INPUTS, settings })}) config; in ${expression}`,
    );
  function value(node: string, expression: string, settings?: string): unknown {
    const { value, error } = found(node, expression, settings);
    expect(error).toBe("");
    return value;
  }
  const failed = (node: string, settings?: string) =>
    value(node, "map (one: one.message) (builtins.filter (one: !one.assertion) config.assertions)", settings);
  const hosts = (node: string) =>
    value(
      node,
      "builtins.mapAttrs (_: host: { inherit (host) enableACME forceSSL; }) config.services.nginx.virtualHosts",
    ) as Record<string, Host>;
  const certificates = (node: string) =>
    value(
      node,
      "builtins.mapAttrs (_: cert: { inherit (cert) email group webroot; }) config.security.acme.certs",
    );
  const nginxOf = (node: string) =>
    value(node, 'config.environment.etc."nginx/nginx.conf".source.text') as string;

  test.each(NODES)("%s is taken as it is: no option is unknown or mistyped, no assertion fails", (node) => {
    given();
    expect(
      value(
        node,
        `builtins.deepSeq (with config; [
          environment.etc nix security.acme.acceptTerms security.acme.certs security.sudo systemd users.users users.groups
          services.openssh.settings
          services.restic services.prometheus networking.firewall
        ]) config.warnings`,
      ),
    ).toEqual([]);
    expect(failed(node)).toEqual([]);
  });

  test.each(NODES)("what the plan says of %s is what NixOS has of it", (node) => {
    given();
    const plan = `${exampleNode(folder, node)}.config`;
    const found = value(
      node,
      `let
        found = wanted: all: if builtins.isAttrs wanted then builtins.mapAttrs (name: one: found one all.\${name}) wanted else all;
      in found ${plan} config`,
    );
    expect(Object.keys(found as object)).toEqual(expect.arrayContaining(["services", "systemd", "users"]));
    expect(found).toEqual(evaluate(nix, plan).value);
  });

  test("our stand-ins for what it has give the same values, also where nobody sets them", () => {
    given();
    const PARTS = `{
      nginx = config.services.nginx;
      openssh = config.services.openssh.settings;
      inherit (config.security) acme;
      users = builtins.intersectAttrs config.provider.plan.environments config.users.users;
      groups = builtins.intersectAttrs config.provider.plan.environments config.users.groups;
    }`;
    const standIns = `(let inherit (${deployed(folder, "nixosConfigurations.node-a")}) config; in ${PARTS})`;
    const both = value(
      "node-a",
      `let
        found = wanted: all: if builtins.isAttrs wanted then builtins.mapAttrs (name: one: found one all.\${name}) wanted else all;
      in { standIns = ${standIns}; real = found ${standIns} ${PARTS}; }`,
    ) as { standIns: object; real: object };
    expect(both.real).toEqual(both.standIns);
    expect(both.standIns).toHaveProperty(["nginx", "virtualHosts", "shop.acme.example", "redirectCode"], 301);
  });

  test("every hostname with TLS has a certificate that nginx may read, and no other one", () => {
    given();
    const withTls = Object.entries(hosts("node-a")).filter(([, { enableACME }]) => enableACME);
    expect(withTls.length).toBeGreaterThan(5);
    expect(certificates("node-a")).toEqual(
      Object.fromEntries(
        withTls.map(([name]) => [
          name,
          { email: "ops@hosting.example", group: "nginx", webroot: "/var/lib/acme/acme-challenge" },
        ]),
      ),
    );
  });

  test("environments' users have their number, group, home and keys, and linger", () => {
    given();
    const user = value(
      "node-a",
      `let user = config.users.users.${SHOP}; in {
        inherit (user) uid group home homeMode createHome isNormalUser isSystemUser linger;
        gid = config.users.groups.\${user.group}.gid;
        keys = config.environment.etc."ssh/authorized_keys.d/${SHOP}".source.text;
      }`,
    );
    expect(user).toEqual({
      uid: 1011,
      gid: 1011,
      group: SHOP,
      home: `/home/${SHOP}`,
      homeMode: "0700",
      createHome: true,
      isNormalUser: true,
      isSystemUser: false,
      linger: true,
      keys: expect.stringMatching(
        /^ssh-ed25519 \S+ alice@laptop\nssh-ed25519 \S+ deploy@hosting\.example\n+$/,
      ),
    });
  });

  test("the deploy user may do all without a password: of sudo's rules the last one counts", () => {
    given();
    const rules = (value("node-a", "config.environment.etc.sudoers.source.src.text") as string)
      .split("\n")
      .filter((line) => /^(?:deploy|%wheel) /.test(line));
    expect(rules.at(0)).toMatch(/^%wheel /);
    expect(rules.at(-1)).toMatch(/^deploy +ALL=\(ALL:ALL\) +NOPASSWD: ALL$/);
    expect(value("node-a", "config.users.groups.wheel.members")).toEqual(["deploy"]);
  });

  test("SSH takes keys alone, and no root", () => {
    given();
    expect(value("node-a", "config.services.openssh.settings")).toMatchObject({
      PasswordAuthentication: false,
      KbdInteractiveAuthentication: false,
      PermitRootLogin: "no",
    });
  });

  test("nginx answers for every hostname and refuses all others", () => {
    given();
    const text = nginxOf("node-a");
    const names = [...text.matchAll(/server_name (\S+) *;/g)].map(([, name]) => name);
    const wanted = Object.keys(hosts("node-a")).map((name) => (name === "default" ? "_" : name));
    expect(new Set(names)).toEqual(new Set(wanted));
    expect(text).toContain("server_names_hash_bucket_size 512;");
    expect(text).toContain("listen 0.0.0.0:443 ssl default_server ;");
    expect(text).toContain("ssl_reject_handshake on;");
    expect(text).toContain(`server unix:/run/hostenv/nginx/${SHOP}/in.sock ;`);
  });

  describe("what the DNS gate changes", () => {
    const OFF = ["shop.acme.example", "www.shop.acme.example"];

    test("hostnames whose TLS is off have no certificate, and answer challenges for one", () => {
      given({ gate: { off: OFF } });
      expect(failed("node-a")).toEqual([]);
      const certified = Object.keys(certificates("node-a") as object);
      expect(certified).toContain("shop-main-4f7240c.hosting.example");
      expect(certified.filter((name) => OFF.includes(name))).toEqual([]);
      const servers = nginxOf("node-a").split(/^ *server \{$/m);
      for (const name of OFF) {
        const own = servers.filter((server) => server.includes(`server_name ${name} ;`));
        expect(own).toHaveLength(1);
        expect(own[0]).toContain("listen 0.0.0.0:80 ;");
        expect(own[0]).not.toContain("ssl");
        const locations = [...(own[0] as string).matchAll(/location (.+) \{\n/g)].map(
          ([, location]) => location,
        );
        expect(locations.sort()).toEqual(["/", "^~ /.well-known/acme-challenge/"]);
        expect(own[0]).toContain("root /var/lib/acme/acme-challenge;");
      }
    });

    test("an environment that a node goes on serving is one of its own there, too", () => {
      given({ gate: { holds: { [SHOP]: "node-b" } } });
      for (const node of ["node-a", "node-b"]) {
        expect(failed(node)).toEqual([]);
        expect(hosts(node)).toHaveProperty(["shop.acme.example", "enableACME"], true);
        expect(value(node, `config.users.users.${SHOP}.uid`)).toBe(1011);
      }
    });
  });

  describe("what NixOS refuses is refused", () => {
    test.each([
      [
        '{ letsEncrypt = { adminEmail = "ops@hosting.example"; acceptTerms = false; }; }',
        "You must accept the CA's terms of service",
      ],
      ["{ letsEncrypt.acceptTerms = true; }", "You must define `security.acme.certs.<name>.email`"],
    ])("%s", (settings, message) => {
      given();
      expect(failed("node-a", settings)).toEqual([expect.stringContaining(message)]);
      // A node without a hostname needs no certificate.
      expect(failed("node-c", settings)).toEqual([]);
    });

    test.each([
      ["services.nginx.serverToken = false;", "The option `services.nginx.serverToken' does not exist"],
      ['services.nginx.serverTokens = "off";', "is not of type `boolean'"],
      [`users.users.${SHOP}.homeMode = "0711";`, "has conflicting definition values"],
    ])("%s", (definition, message) => {
      given({ common: `{ ${definition} }` });
      expect(
        found("node-a", `[ config.services.nginx.serverTokens config.users.users.${SHOP}.homeMode ]`).error,
      ).toContain(message);
    });
  });
});
