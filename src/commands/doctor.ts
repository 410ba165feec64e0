import { z } from "zod";
import { publicKeyOf } from "../domain/deploy/signing-key.ts";
import { type Check, type Fact, unasked } from "../domain/doctor/check.ts";
import { checkoutCheck, flakeCheck, snapshotCheck } from "../domain/doctor/folder.ts";
import { nixCheck, nodeCheck, PROGRAMS, programCheck } from "../domain/doctor/programs.ts";
import { type Need, needs, PURPOSES } from "../domain/doctor/purpose.ts";
import type { Situation } from "../domain/doctor/secrets.ts";
import { OURS } from "../domain/manifest.ts";
import { nearest } from "../domain/nearest.ts";
import { HostenvError, UsageError } from "../errors.ts";
import { buildsItself } from "../fleets/hostenv/deploy-targets.ts";
import { hostsOf } from "../fleets/hostenv/facts.ts";
import { type Plan, parsePlan } from "../fleets/hostenv/schema.ts";
import type { Checkout } from "../ports/checkout.ts";
import type { Nameservers } from "../ports/dns.ts";
import type { NixHealth, Patience, Programs } from "../ports/machine.ts";
import type { Clock, Progress } from "../ports/people.ts";
import type { RepositorySettings } from "../ports/repository.ts";
import type { Zones } from "../ports/zones.ts";
import { deployable, type SnapshotPorts } from "./deploy-snapshot.ts";
import { lookAtGithub, lookAtZones } from "./doctor-accounts.ts";
import { Facts, hadOf } from "./doctor-fact.ts";
import { lookAtNames } from "./doctor-names.ts";
import { lookAtNodes, type OpenNodes } from "./doctor-nodes.ts";
import {
  type DoctorSecretPorts,
  type FoundSecrets,
  lookAtSecrets,
  secretChecks,
  valueIn,
} from "./doctor-secrets.ts";

/** Inputs of `doctor`. */
export const doctorInputs = z.strictObject({
  for: z.enum(PURPOSES).optional(),
  node: z.array(z.string()).default([]),
  githubEnvironment: z.string().optional(),
  remoteBuild: z.boolean().default(false),
  adopt: z.boolean().default(false),
});

/** What `doctor` needs of the world. */
export interface DoctorPorts extends SnapshotPorts {
  readonly directory: string;
  /** Version of the Node that runs us. */
  readonly nodeVersion: string;
  /** Whether this is an action: a runner has no keys of anybody. */
  readonly isAction: boolean;
  readonly programs: Programs;
  readonly nix: NixHealth;
  readonly checkout: Checkout;
  readonly secrets: DoctorSecretPorts;
  /** Opens nodes with a key, or with the user's own. Throws HostenvError as `Nodes` and for host keys that can't be read. */
  readonly openNodes: (key: string | undefined) => Promise<OpenNodes>;
  readonly nameservers: Nameservers;
  /** Null where no repository is named or no token given. Throws UsageError for one that is none. */
  readonly repository: () => Promise<RepositorySettings | null>;
  /** Zones that this token sees. Throws HostenvError `cloudflare-token` for one that can't be. */
  readonly zones: (token: string) => Promise<Zones>;
  readonly patience: Patience;
  readonly clock: Clock;
  readonly progress: Progress;
}

/** Looks at everything that a run needs, each by itself: what one check finds hides no other. Changes nothing. */
export async function doctor(inputs: z.infer<typeof doctorInputs>, ports: DoctorPorts): Promise<Check[]> {
  try {
    return await new Examination(inputs, ports).checks();
  } finally {
    ports.progress.done();
    await ports.trees.dispose();
  }
}

class Examination {
  private readonly inputs: z.infer<typeof doctorInputs>;
  private readonly ports: DoctorPorts;
  private readonly facts: Facts;
  private readonly wants: (need: Need) => boolean;

  constructor(inputs: z.infer<typeof doctorInputs>, ports: DoctorPorts) {
    this.inputs = inputs;
    this.ports = ports;
    this.facts = new Facts(ports.patience);
    this.wants = (need) => needs(inputs.for, need);
  }

  async checks(): Promise<Check[]> {
    this.ports.progress.step("looking at programs, the folder and secrets");
    const plan = await this.facts.of("read the plan", () => this.plan());
    this.refuseUnknown(hadOf(plan));
    const checkout = this.facts.of("ask git", () => this.checkout());
    const secrets = lookAtSecrets(this.facts, this.ports.secrets);
    const opened = secrets.then((found) => this.facts.of("prepare ssh", () => this.opened(found)));
    const areas = [
      this.programs(),
      checkout.then((found) => this.folder(found)),
      Promise.all([secrets, opened]).then(([found, nodes]) => this.secrets(found, nodes, hadOf(plan))),
      Promise.all([secrets, opened]).then(([found, nodes]) => this.nodes(found, nodes, hadOf(plan))),
      this.wants("dns") ? lookAtNames(hadOf(plan), this.ports.nameservers) : [],
      checkout.then((found) => this.github(hadOf(found)?.branch ?? null)),
      secrets.then((found) => this.cloudflare(found, hadOf(plan))),
    ];
    return (await Promise.all(areas)).flat();
  }

  // As it is on disk: that the snapshot is torn is told by itself, and nodes can be asked all the same.
  private async plan(): Promise<Plan | null> {
    const { directory, generated, files } = this.ports;
    const name = `${generated}/plan.json`;
    const value = await files.readJsonIfThere(`${directory}/${name}`, name);
    return value === null ? null : parsePlan(value, name);
  }

  private refuseUnknown(plan: Plan | null): void {
    if (plan === null) return;
    const known = hostsOf(plan);
    const wrong = this.inputs.node.find((node) => !known.includes(node));
    if (wrong === undefined) return;
    const near = nearest(wrong, known);
    throw new UsageError(
      `there is no node '${wrong}'`,
      near ? `did you mean '${near}'?` : `nodes: ${known.join(", ")}`,
    );
  }

  private async programs(): Promise<Check[]> {
    const { programs, nix, nodeVersion } = this.ports;
    const version = (name: string) => this.facts.of(`start ${name}`, () => programs.version(name));
    const health = () =>
      this.facts.of("start Nix", async () => ({ version: await nix.version(), fault: await nix.fault() }));
    const [git, found, ssh, deployRs, sops] = await Promise.all([
      version("git"),
      this.wants("nix") ? health() : null,
      this.wants("ssh") ? version("ssh") : null,
      this.wants("deploy-rs") ? version("deploy") : null,
      this.wants("sops") ? version("sops") : null,
    ]);
    const spared =
      this.ports.secrets.sources.file === undefined ? "not on PATH, and no sops-file is named" : null;
    return [
      nodeCheck(nodeVersion),
      programCheck(PROGRAMS.git, git),
      ...(found ? [nixCheck(found)] : []),
      ...(ssh ? [programCheck(PROGRAMS.ssh, ssh)] : []),
      ...(deployRs ? [programCheck(PROGRAMS["deploy-rs"], deployRs)] : []),
      ...(sops ? [programCheck({ ...PROGRAMS.sops, spared }, sops)] : []),
    ];
  }

  private async checkout() {
    const { files, directory, generated, checkout } = this.ports;
    const paths = OURS.map((name) => `${generated}/${name}`);
    const there = await Promise.all(
      paths.map(async (path) => (await files.readIfThere(`${directory}/${path}`)) !== null),
    );
    return await checkout.look(paths.filter((_, index) => there[index]));
  }

  private async folder(checkout: Parameters<typeof checkoutCheck>[0]): Promise<Check[]> {
    const { files, directory } = this.ports;
    const isThere = async (name: string) => (await files.readIfThere(`${directory}/${name}`)) !== null;
    const flake = await this.facts.of("read the folder", async () => ({
      flake: await isThere("flake.nix"),
      lock: await isThere("flake.lock"),
    }));
    const snapshot = await this.facts.of("read the snapshot", async () => {
      const { planId, side } = await deployable(undefined, this.ports);
      return { planId, nodes: hostsOf(side.plan).length };
    });
    return [
      flakeCheck(flake),
      checkoutCheck(checkout),
      ...(this.wants("snapshot") ? [snapshotCheck(snapshot)] : []),
    ];
  }

  private async opened(found: FoundSecrets): Promise<OpenNodes | null> {
    if (!this.wants("nodes")) return null;
    const key = valueIn(found, "SSH_KEY");
    const isHeld = "fault" in found.file || "fault" in found.byName.SSH_KEY || this.ports.isAction;
    // Its own check says more.
    if (key === null && isHeld)
      throw new HostenvError("secret-missing", "there is no key for the nodes", "give SSH_KEY");
    return await this.ports.openNodes(key ?? undefined);
  }

  private secrets(found: FoundSecrets, opened: Fact<OpenNodes | null>, plan: Plan | null): Check[] {
    const isUnusable = "fault" in opened && opened.fault.code === "ssh-key-unusable";
    const sshKey = isUnusable ? opened : { value: hadOf(opened)?.publicKey ?? null };
    const { tokenHosts } = this.ports.secrets;
    return secretChecks(found, sshKey, this.situation(plan), { tokenHosts, wants: this.wants });
  }

  private situation(plan: Plan | null): Situation {
    const nodes = plan === null ? [] : hostsOf(plan);
    const trusted = nodes.map((node) => plan?.nodes[node]?.provider?.nixSigning?.trustedPublicKeys ?? []);
    return {
      isAction: this.ports.isAction,
      writesZones: plan?.cloudflare?.enable === true && this.inputs.for !== "dns-gate",
      signsNothing:
        this.inputs.remoteBuild ||
        (nodes.length > 0 && nodes.every((node) => plan !== null && buildsItself(plan, node))),
      trustedKeys: [...new Set(trusted.flat())],
    };
  }

  private async nodes(
    found: FoundSecrets,
    opened: Fact<OpenNodes | null>,
    plan: Plan | null,
  ): Promise<Check[]> {
    if (!this.wants("nodes")) return [];
    const nodes = hadOf(opened)?.nodes;
    try {
      if (plan === null) return [unasked({ area: "nodes", name: "nodes" }, "the snapshot")];
      const secret = valueIn(found, "NIX_SIGNING_KEY");
      const signingKey = secret === null ? null : publicKeyOf(secret);
      const { node: only, remoteBuild, adopt } = this.inputs;
      const about = { signingKey, now: this.ports.clock.now(), only, remoteBuild, adopt };
      return await lookAtNodes(plan, opened as Fact<OpenNodes>, about, this.facts);
    } finally {
      await nodes?.dispose();
    }
  }

  private async github(checkedOut: string | null): Promise<Check[]> {
    const repository = await this.facts.of("find the repository", () => this.ports.repository());
    const questions = {
      branch: checkedOut,
      environment: this.inputs.githubEnvironment ?? null,
      isAction: this.ports.isAction,
      wantsBranch: this.wants("branch"),
    };
    return await lookAtGithub(repository, questions, this.facts);
  }

  private async cloudflare(found: FoundSecrets, plan: Plan | null): Promise<Check[]> {
    const token = valueIn(found, "CF_API_TOKEN");
    if (!this.wants("cloudflare") || token === null || plan === null) return [];
    return await lookAtZones(plan, () => this.ports.zones(token), this.facts);
  }
}
