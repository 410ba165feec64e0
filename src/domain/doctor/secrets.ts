import type { SecretName } from "../secrets.ts";
import { broken, type Check, type Fact, judged, type Subject, unasked, unused, works } from "./check.ts";

/** A secret as far as it may be told. */
export interface FoundSecret {
  /** Where it came from: the file's path, or a variable. */
  readonly source: string;
  /** What everybody may know of it, such as a fingerprint; null where there is nothing. */
  readonly known: string | null;
}

/** What is known of who needs a secret. */
export interface Situation {
  /** Whether this is an action: nobody's own keys are there. */
  readonly isAction: boolean;
  /** Whether zones at Cloudflare are ours by the plan, and their records are set when environments move. */
  readonly writesZones: boolean;
  /** Whether every node builds for itself, so that nothing is signed. */
  readonly signsNothing: boolean;
  /** Keys that the plan lets every node trust; empty where it names none. */
  readonly trustedKeys: readonly string[];
}

const subjectOf = (name: string): Subject => ({ area: "secrets", name });

/** The file of secrets and the key that opens it. */
export function ageKeyCheck(fact: Fact<{ readonly file: string; readonly recipient: string } | null>): Check {
  const subject = subjectOf("SOPS_AGE_KEY");
  return judged(subject, fact, (found) =>
    found === null
      ? unused(subject, "no sops-file is named: secrets are taken from variables of their names")
      : works(subject, `opens ${found.file} as ${found.recipient}`),
  );
}

/** The tokens of project repositories; `hosts` are those they are for. */
export function accessTokensCheck(fact: Fact<readonly string[]>): Check {
  const subject = subjectOf("NIX_ACCESS_TOKENS");
  return judged(subject, fact, (hosts) =>
    hosts.length === 0
      ? unused(subject, "not given: only private project repositories need it")
      : works(subject, `given for ${hosts.join(", ")}`),
  );
}

/** One secret by its name; null where it is not given. Where the file can't be opened nothing can be said. */
export function secretCheck(
  name: SecretName,
  fact: Fact<FoundSecret | null> | "file-closed",
  situation: Situation,
): Check {
  const subject = subjectOf(name);
  if (fact === "file-closed") return unasked(subject, "SOPS_AGE_KEY");
  return judged(subject, fact, (found) => {
    if (found === null) return missing(name, subject, situation);
    if (name === "NIX_SIGNING_KEY" && isDistrusted(found, situation)) return distrusted(subject, found);
    return works(subject, [`given by ${found.source}`, ...(found.known ? [found.known] : [])].join(", "));
  });
}

function isDistrusted({ known }: FoundSecret, { trustedKeys, signsNothing }: Situation): boolean {
  return known !== null && !signsNothing && trustedKeys.length > 0 && !trustedKeys.includes(known);
}

function distrusted(subject: Subject, { known }: FoundSecret): Check {
  return broken(subject, {
    code: "signature-refused",
    message: `the plan lets no node trust its public half, ${known}`,
    hint: "add it to provider.nixSigning.trustedPublicKeys and deploy that with a key that nodes trust, or give that key",
  });
}

const GIVE =
  "put it into the file of secrets (sops edit FILE) and give sops-file and sops-age-key, or set the variable of its name; " +
  "in a workflow a secret is empty where the caller does not name it, or the job not the environment that has it";

function missing(name: SecretName, subject: Subject, situation: Situation): Check {
  const spared = sparedBy(name, situation);
  if (spared !== null) return unused(subject, `not given: ${spared}`);
  const code = name === "NIX_SIGNING_KEY" ? "signing-key-missing" : "secret-missing";
  return broken(subject, { code, message: `it is empty or not given: ${WHY[name]}`, hint: GIVE });
}

const WHY: Readonly<Record<SecretName, string>> = {
  SSH_KEY: "nothing lets us in at the nodes",
  NIX_SIGNING_KEY: "nothing signs what nodes are sent",
  CF_API_TOKEN: "zones at Cloudflare are ours by the plan, and each record of a move waits for somebody",
};

function sparedBy(name: SecretName, { isAction, writesZones, signsNothing }: Situation): string | null {
  if (name === "CF_API_TOKEN")
    return writesZones && isAction
      ? null
      : "hostnames behind Cloudflare's proxy stay unknown, no record is written";
  if (name === "NIX_SIGNING_KEY" && signsNothing) return "every node builds for itself";
  if (isAction) return null;
  return name === "SSH_KEY" ? "your own keys and agent are used" : "a deploy needs it, or --signing-key-file";
}
