import { join, listed, type Sentence, say } from "../findings.ts";

/** A profile that is to be activated. */
export interface DifferingProfile {
  readonly profile: string;
  /** The generation that is there, null where there is none. */
  readonly from: number | null;
  /** Whether deploy-rs can go back to it. */
  readonly canGoBack: boolean;
}

/** What is to be done on a node, as far as it is known before. */
export interface NodeWish {
  /** Profiles that differ from what is wanted. */
  readonly profiles: readonly DifferingProfile[];
  /** Environments that come from another node, and what is to be done for them still. */
  readonly arriving: readonly {
    readonly environment: string;
    readonly from: string;
    readonly restores: boolean;
  }[];
  /** Environments that go to another node, and stay served here until visitors are led there. */
  readonly leaving: readonly {
    readonly environment: string;
    readonly to: string;
    readonly isHeld: boolean;
  }[];
  /** Environments that are no longer planned. */
  readonly removed: readonly string[];
  /** Environments with checks. */
  readonly checked: number;
}

/** What would be done on a node, in this order. */
export function stepsOn(wish: NodeWish): Sentence[] {
  const { profiles, arriving, leaving, removed, checked } = wish;
  const system = profiles.find(({ profile }) => profile === "system");
  const others = profiles.filter(({ profile }) => profile !== "system");
  const held = leaving.filter(({ isHeld }) => isHeld);
  const dropped = leaving.filter(({ isHeld }) => !isHeld);
  return [
    ...arriving
      .filter(({ restores }) => restores)
      .map(({ environment, from }) => say`back up ${environment} on ${from}, to be restored here`),
    ...removed.map(
      (environment) => say`take a last backup of ${environment}, which is removed, where it has backups`,
    ),
    ...(profiles.length > 0 ? [say`copy ${counted(profiles.length, "closure")}`] : []),
    ...(system ? [activation(system)] : []),
    ...environments(others),
    ...held.map(({ environment, to }) => say`go on serving ${environment} until visitors are led to ${to}`),
    ...dropped.map(({ environment, to }) => say`cease to serve ${environment}, which is at ${to} now`),
    ...(checked > 0 ? [say`ask the sites of ${counted(checked, "environment")}`] : []),
    ...arriving.map(
      ({ environment, from }) =>
        say`lead visitors of ${environment} here, and let ${from} go of it once they are`,
    ),
  ];
}

function activation({ from, canGoBack }: DifferingProfile): Sentence {
  if (from === null) return say`activate the system for the first time, with no way back`;
  return canGoBack
    ? say`activate the system, with generation ${from} to go back to`
    : say`activate the system, with no way back: generation ${from} was not made for it`;
}

function environments(others: NodeWish["profiles"]): Sentence[] {
  const [known, fresh] = [
    others.filter(({ from }) => from !== null),
    others.filter(({ from }) => from === null),
  ];
  const named = (some: NodeWish["profiles"]) => listed(some.map(({ profile }) => profile));
  return [
    ...(known.length > 0
      ? [join([say`activate ${counted(known.length, "environment")}: `, named(known)], "")]
      : []),
    ...(fresh.length > 0
      ? [join([say`activate ${counted(fresh.length, "environment")} for the first time: `, named(fresh)], "")]
      : []),
  ];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
