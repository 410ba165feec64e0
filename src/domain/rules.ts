import type { Severity } from "./findings.ts";

/** What is the same for every finding of a rule. */
export interface Rule {
  /** The severity unless the fleet's policy or the finding itself says otherwise. */
  readonly severity: Severity;
  /** Short title for people. */
  readonly title: string;
  /** Why it deserves attention. */
  readonly why: string;
  /** What to do, or how to undo it. */
  readonly advice: string;
}

const rule = (severity: Severity, title: string, why: string, advice: string): Rule => ({
  severity,
  title,
  why,
  advice,
});

/** Every rule by name, in the order a reviewer should read them. */
export const RULES = {
  "secret-in-plan": rule(
    "block",
    "secret in the plan",
    "the plan is committed, shown in comments and readable in the Nix store",
    "remove it and give it a new value, since this one is known now",
  ),
  "uid-changed": rule(
    "block",
    "uid change",
    "NixOS does not renumber an existing user: files stay with the old uid, slice and gid move",
    "revert",
  ),
  "environment-removed": rule(
    "block",
    "environment removed",
    "its user, sites, keys and data access go with the next deploy",
    "take a last backup first",
  ),
  "hostname-taken-over": rule(
    "block",
    "hostname taken over",
    "visitors of the name reach another environment",
    "confirm with the owner of the name",
  ),
  "hostname-removed": rule(
    "block",
    "hostname removed",
    "the name stops answering, and its certificate is no longer renewed",
    "remove the DNS record first",
  ),
  "move-without-backup": rule(
    "block",
    "move without backup",
    "no migration is declared, so the data stays behind on the old node",
    "declare a backup whose name ends in -migrate",
  ),
  "move-off-removed-node": rule(
    "block",
    "move off a removed node",
    "the data can't be brought from a node that no deploy knows any more, and that node goes on serving",
    "keep the node in the provider until a deploy has said that the move is over, and remove it then by a change of its own",
  ),
  "mass-move": rule(
    "block",
    "mass move",
    "every environment of the type changes its node at once, mostly by a changed default",
    "check nodeFor",
  ),
  frozen: rule(
    "block",
    "deploy freeze",
    "the provider's policy allows no deploy of these environments now",
    "wait until it ends",
  ),
  "environment-moved": rule(
    "warn",
    "moved",
    "what is written after the last backup on the old node is lost",
    "tell the owner, see the migration card",
  ),
  "move-without-dns-control": rule(
    "warn",
    "move without DNS control",
    "the old node must keep serving until the owner has changed the record; what visitors write there meanwhile does not come along",
    "agree with the owner on when to change the record, and keep the time until then short, or the site read-only",
  ),
  "ssh-key-added": rule("warn", "SSH key added", "its holder gains a login", "check whose key it is"),
  "ssh-key-removed": rule("warn", "SSH key removed", "its holder loses the login", "check whose key it is"),
  "deploy-key-changed": rule(
    "warn",
    "deploy key changed",
    "decides who may deploy to the nodes, as root",
    "check whose key it is",
  ),
  "signing-key-changed": rule(
    "warn",
    "signing key changed",
    "decides whose builds the nodes accept",
    "check whose key it is",
  ),
  "tls-disabled": rule(
    "warn",
    "TLS off",
    "visitors lose encryption; browsers that remember HSTS refuse the site",
    "check DNS and the virtual host",
  ),
  "hsts-disabled": rule("warn", "HSTS off", "browsers may fall back to plain HTTP", "check the virtual host"),
  "firewall-changed": rule(
    "warn",
    "firewall changed",
    "open ports reach every environment of the node",
    "review",
  ),
  "limits-changed": rule(
    "warn",
    "limits changed",
    "the project's environments share CPU and memory under these limits",
    "review",
  ),
  "node-emptied": rule(
    "warn",
    "node emptied",
    "what still points at it finds nothing, or something old",
    "check that nothing else points at it",
  ),
  "acme-account": rule(
    "warn",
    "no certificates",
    "NixOS builds no system with TLS before the authority's terms are accepted and an address is set, so no deploy of these nodes succeeds",
    "set letsEncrypt.adminEmail, and letsEncrypt.acceptTerms once you have read the terms",
  ),
  "inputs-changed": rule(
    "warn",
    "shared input or file changed",
    "it can change what is built for every node it reaches",
    "review what it brings",
  ),
  "snapshot-edited": rule(
    "warn",
    "snapshot edited",
    "generated files are written by the planner only",
    "restore them from the base",
  ),
  "environment-disabled": rule(
    "info",
    "environment disabled",
    "its sites stop answering; user and data stay",
    "check with its owner",
  ),
  "environment-enabled": rule("info", "environment enabled", "its sites start answering", "none"),
  "environment-added": rule("info", "environment added", "a new user and its sites", "none"),
  "hostname-added": rule("info", "hostname added", "the name must point at the node", "check DNS"),
  "verification-changed": rule(
    "info",
    "verification changed",
    "decides what counts as a working site after a deploy",
    "review",
  ),
  "revision-changed": rule("info", "code revision changed", "other code is deployed", "none"),
  "state-pruned": rule(
    "info",
    "reservations released",
    "the hostnames may be claimed again; uids stay",
    "none",
  ),
} as const satisfies Record<string, Rule>;

/** The name of a rule. */
export type RuleName = keyof typeof RULES;

/** Whether a text names a rule. */
export function isRuleName(text: string): text is RuleName {
  return Object.hasOwn(RULES, text);
}
