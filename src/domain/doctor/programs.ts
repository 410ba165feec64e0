import { broken, type Check, type Fact, judged, type Subject, unused, works } from "./check.ts";

/** A program that is looked for on PATH. */
export interface Wanted {
  readonly name: string;
  /** The oldest version that does; null where any does. */
  readonly oldest: readonly number[] | null;
  /** What is said where it is missing. */
  readonly code: string;
  readonly install: string;
  /** Why it may be missing, where it may. */
  readonly spared: string | null;
}

const FROM_LOCK = "in a step before: nix profile install --inputs-from DIR nixpkgs#";

/** Programs besides Node and Nix, as this run needs them. */
export const PROGRAMS = {
  git: {
    ...{ name: "git", oldest: null, code: "git-missing", spared: null },
    install: "install git, on Debian and Ubuntu with: apt-get install git",
  },
  ssh: {
    ...{ name: "ssh", oldest: null, code: "ssh-missing", spared: null },
    install: "install OpenSSH's client, on Debian and Ubuntu with: apt-get install openssh-client",
  },
  "deploy-rs": {
    ...{ name: "deploy-rs", oldest: null, code: "deploy-rs-missing", spared: null },
    install: `put deploy-rs 1.0 or newer on PATH, ${FROM_LOCK}deploy-rs`,
  },
  sops: {
    ...{ name: "sops", oldest: [3, 9, 0], code: "sops-missing", spared: null },
    install: `put sops 3.9 or newer on PATH, ${FROM_LOCK}sops`,
  },
} as const satisfies Record<string, Wanted>;

/** Node's oldest version that runs us, as package.json has it. */
const OLDEST_NODE = [20, 19, 0];
const OLDEST_NIX = [2, 8, 0];

/** Whether the program is there and new enough; `text` is what it says of its version, null where it is not there. */
export function programCheck(wanted: Wanted, fact: Fact<string | null>): Check {
  const subject: Subject = { area: "programs", name: wanted.name };
  return judged(subject, fact, (text) => {
    if (text === null && wanted.spared !== null) return unused(subject, wanted.spared);
    const [code, hint] = [wanted.code, wanted.install];
    if (text === null) return broken(subject, { code, message: `${wanted.name} is not on PATH`, hint });
    return versionCheck(subject, text, wanted);
  });
}

/** Whether this Node is new enough. */
export function nodeCheck(version: string): Check {
  const subject: Subject = { area: "programs", name: "Node" };
  const install = "use Node 20.19 or newer; an action brings its own";
  return versionCheck(subject, version, { oldest: OLDEST_NODE, code: "node-old", install });
}

/** What was found of Nix. */
export interface FoundNix {
  /** What it says of its version. */
  readonly version: string;
  /** Why it evaluates nothing with flakes; null where it does. */
  readonly fault: string | null;
}

/** Whether Nix is new enough and evaluates with flakes. */
export function nixCheck(fact: Fact<FoundNix>): Check {
  const subject: Subject = { area: "programs", name: "Nix" };
  return judged(subject, fact, ({ version, fault }) => {
    const install = "install Nix 2.8 or newer (see https://nixos.org/download)";
    const found = versionCheck(subject, version, { oldest: OLDEST_NIX, code: "nix-old", install });
    if (found.state !== "works" || fault === null) return found;
    return broken(subject, {
      code: "nix-unusable",
      message: `${found.found} is there, and can't evaluate with flakes: ${fault}`,
      hint: "see what `nix eval --expr 1` says: mostly its daemon does not run, or this user may not use its store",
    });
  });
}

function versionCheck(
  subject: Subject,
  text: string,
  { oldest, code, install }: Pick<Wanted, "oldest" | "code" | "install">,
): Check {
  const found = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  // What tells no version is there all the same: only where one is wanted is that too little.
  if (found === null)
    return oldest === null
      ? works(subject, "found")
      : broken(subject, { code, message: `${subject.name} does not tell its version`, hint: install });
  const version = found.slice(1).map((part) => Number(part ?? 0));
  if (oldest === null || !isOlder(version, oldest)) return works(subject, found[0]);
  const least = oldest.slice(0, 2).join(".");
  return broken(subject, { code, message: `it is ${found[0]}, and ${least} is needed`, hint: install });
}

function isOlder(version: readonly number[], oldest: readonly number[]): boolean {
  const at = oldest.findIndex((part, index) => version[index] !== part);
  return at >= 0 && (version[at] as number) < (oldest[at] as number);
}
