/** Verbs whose needs may be looked at alone. */
export const PURPOSES = ["plan", "dns-gate", "deploy", "drift"] as const;

export type Purpose = (typeof PURPOSES)[number];

/** What a verb may need. */
export type Need =
  | ("nix" | "sops" | "deploy-rs" | "ssh" | "snapshot" | "nodes" | "dns" | "cloudflare" | "branch")
  | ("NIX_ACCESS_TOKENS" | "SOPS_AGE_KEY" | "SSH_KEY" | "NIX_SIGNING_KEY" | "CF_API_TOKEN");

const NEEDS: Readonly<Record<Exclude<Purpose, "deploy">, ReadonlySet<Need>>> = {
  plan: new Set<Need>(["nix", "NIX_ACCESS_TOKENS"]),
  "dns-gate": new Set<Need>([
    ...(["sops", "snapshot", "dns", "cloudflare", "branch", "SOPS_AGE_KEY", "CF_API_TOKEN"] as const),
  ]),
  drift: new Set<Need>(["sops", "ssh", "snapshot", "nodes", "SOPS_AGE_KEY", "SSH_KEY"]),
};

/** Whether a verb needs something; a deploy needs everything, and so does whoever names no verb. */
export function needs(purpose: Purpose | undefined, need: Need): boolean {
  return purpose === undefined || purpose === "deploy" || NEEDS[purpose].has(need);
}
