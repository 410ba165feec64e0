/** What a look at a node found that decides whether it may be deployed. */
export interface Found {
  readonly os: string;
  readonly freeBytes: number;
  readonly trustedKeys: readonly string[] | null;
  readonly logins: Readonly<Record<string, string | null>>;
  /** Who else has an environment's uid, by the environment's user. */
  readonly takenUids: Readonly<Record<string, string>>;
  readonly lock: { readonly owner: string; readonly since: string; readonly expires: string } | null;
  /** Whether the system it runs now can be activated again by deploy-rs; null where it has none. */
  readonly canGoBack: boolean | null;
  /** Whether it was deployed by this tool before. */
  readonly isOurs: boolean;
}

/** What a deploy asks of a node. */
export interface Need {
  readonly node: string;
  /** The public half of the key that signs; null where nothing is signed. */
  readonly publicKey: string | null;
  /** Whether closures are built here and copied. */
  readonly copies: boolean;
  readonly adopt: boolean;
  /** Who holds the node's lock, where it is this deploy. */
  readonly owner: string;
  readonly now: Date;
}

/** Why a node can't be deployed, and what to do. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Less than this, and a system's activation may fail half way: kernels and initrds alone have some 100 MB. */
export const LEAST_FREE_BYTES = 512 * 2 ** 20;

/** Everything that forbids deploying a node, worst first; empty where nothing does. */
export function problemsOf(found: Found, need: Need): Problem[] {
  return [osProblem, adoption, locked, uids, disk, signing, logins].flatMap((look) => look(found, need));
}

/** What cannot be undone on a node, in words; null where everything can. */
export function irreversible({ canGoBack }: Found, node: string): string | null {
  if (canGoBack === true) return null;
  return canGoBack === null
    ? `${node} has no earlier generation: what fails there can't be rolled back`
    : `the present system of ${node} was not made for deploy-rs: what fails there can't be rolled back`;
}

function osProblem({ os }: Found, { node }: Need): Problem[] {
  if (os === "nixos") return [];
  return [
    {
      code: "node-os",
      message: `${node} runs '${os}', not NixOS`,
      hint: `check nodeAddresses.${node}: it may lead to another machine`,
    },
  ];
}

function adoption({ isOurs, canGoBack }: Found, { node, adopt }: Need): Problem[] {
  if (isOurs || adopt || canGoBack !== false) return [];
  return [
    {
      code: "node-unadopted",
      message: `${node} was set up by hand: its present system can't be rolled back to`,
      hint: `look at what runs there, then deploy it once with --adopt -n ${node}`,
    },
  ];
}

/** What is said of a node that another run holds; times as ISO 8601. */
export function lockedBy(
  node: string,
  { owner, since, expires }: { readonly owner: string; readonly since: string; readonly expires: string },
): Problem {
  return {
    code: "node-locked",
    message: `${owner} deploys ${node} since ${since}`,
    hint: `wait until it has ended; the lock expires at ${expires}`,
  };
}

function locked({ lock }: Found, { node, owner, now }: Need): Problem[] {
  if (lock === null || lock.owner === owner || Date.parse(lock.expires) <= now.getTime()) return [];
  return [lockedBy(node, lock)];
}

// NixOS gives a new user the number that is declared, whoever has it: the two would be one to the kernel.
function uids({ takenUids }: Found, { node }: Need): Problem[] {
  return Object.entries(takenUids).map(([user, owner]) => ({
    code: "uid-taken",
    message: `the uid of ${user} is ${owner}'s on ${node}`,
    hint: `give ${owner} another one, and its files to that, by usermod --uid; an environment's uid is never changed`,
  }));
}

function disk({ freeBytes }: Found, { node }: Need): Problem[] {
  if (freeBytes >= LEAST_FREE_BYTES) return [];
  const [free, least] = [freeBytes, LEAST_FREE_BYTES].map((bytes) => `${Math.floor(bytes / 2 ** 20)} MiB`);
  return [
    {
      code: "node-disk-full",
      message: `the store of ${node} has ${free} left, and a deploy wants ${least}`,
      hint: `free space there: nix-collect-garbage --delete-older-than 14d`,
    },
  ];
}

function signing({ trustedKeys }: Found, { node, publicKey, copies }: Need): Problem[] {
  if (!copies) return [];
  if (publicKey === null) {
    const hint = "give the secret NIX_SIGNING_KEY or --signing-key-file; it is never made here";
    return [{ code: "signing-key-missing", message: `there is no key to sign what ${node} is sent`, hint }];
  }
  if (trustedKeys === null || trustedKeys.includes(publicKey)) return [];
  return [
    {
      code: "signature-refused",
      message: `${node} does not trust the signing key ${publicKey}`,
      hint: "add it to provider.nixSigning.trustedPublicKeys and deploy that with a key that the node trusts",
    },
  ];
}

function logins({ logins: tried }: Found, { node }: Need): Problem[] {
  return Object.entries(tried).flatMap(([user, reason]) =>
    reason === null
      ? []
      : [
          {
            code: "login-refused",
            message: `${user} can't log in to ${node}: ${reason}`,
            hint: "the deploy key must be among the environment's authorized keys: add it to provider.deployPublicKeys",
          },
        ],
  );
}
