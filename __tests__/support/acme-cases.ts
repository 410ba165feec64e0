import type { FrontDoor } from "./front-doors.ts";
import type { Zone } from "./small-internet.ts";

/** Hosts and what is found on port 80 of each of their addresses. */
export const HOSTS = {
  "node-a": ["nginx"],
  "node-b": ["nginx"],
  "node-two": ["nginx", "nginx"],
  "node-six": ["nginx", "nginx"],
  "node-https": ["https"],
  "node-shut": ["closed"],
  "node-half": ["nginx", "closed"],
  "node-mute": ["mute"],
  "node-turn": ["circle"],
  "node-port": ["detour"],
  "node-curt": ["curt"],
  "node-odd": ["parked"],
  stranger: ["parked"],
  nobody: ["closed"],
} as const satisfies Record<string, readonly FrontDoor[]>;

/**
 * Zones; `{host}` stands for its first address, `{host.2}` for its second, and `{host.6}` for its last as IPv6
 * has it: a machine has one loopback address of IPv6's own, so they are mapped ones, which are sent to over IPv4.
 */
export const ZONES: Readonly<Record<string, Zone>> = {
  // A chain of trust that a zone's owner has left: its parent still says that it is signed.
  ".": { signed: true, records: `left.test. DS 4711 13 2 ${"ab".repeat(32)}` },
  "hosting.test": {
    records: `
      node-a A {node-a}
      node-b A {node-b}
      node-two A {node-two}
      node-two A {node-two.2}
      node-six A {node-six}
      node-six AAAA {node-six.6}
      node-https A {node-https}
      node-shut A {node-shut}
      node-half A {node-half}
      node-half A {node-half.2}
      node-mute A {node-mute}
      node-turn A {node-turn}
      node-port A {node-port}
      node-curt A {node-curt}
      node-odd A {node-odd}`,
  },
  "client.test": {
    records: `
      @ A {node-a}
      www A {node-a}
      xn--bcher-kva A {node-a}
      mixed A {node-a}
      *.any A {node-a}
      alias CNAME node-a.hosting.test.
      *.cdn CNAME node-a.hosting.test.
      far CNAME www.partner.test.
      legacy DNAME partner.test.
      into-secure CNAME www.secure.test.
      both A {node-two}
      both A {node-two.2}
      either A {node-two.2}
      six A {node-six}
      six AAAA {node-six.6}
      only-six AAAA {node-six.6}
      secured A {node-https}

      old A {node-b}
      parked A {stranger}
      dead A {nobody}
      moved CNAME node-b.hosting.test.
      left-over AAAA {stranger.6}

      torn A {node-a}
      torn A {node-b}
      torn-two A {node-two}
      torn-two A {stranger}
      ahead A {node-b}
      ahead AAAA {node-six.6}

      newer A {node-a}
      newer AAAA {node-b.6}
      newer-six A {node-six}
      newer-six AAAA {stranger.6}

      text TXT "no address"
      below.between A {node-a}
      mail MX 10 node-a.hosting.test.

      lost CNAME nowhere.partner.test.
      lost-here CNAME nowhere
      blank CNAME text
      orphan CNAME www.absent.test.

      self CNAME self
      ring CNAME gnir
      gnir CNAME ring
      there CNAME back.partner.test.

      shut A {node-shut}
      half A {node-half}
      half A {node-half.2}
      half-open A {node-half}
      mute A {node-mute}
      turn A {node-turn}
      curt A {node-curt}
      port A {node-port}
      odd A {node-odd}

      into-broken CNAME www.broken.test.
      ${aliases("long", 11)}
      ${aliases("longer", 12)}`,
  },
  "shop.client.test": { records: "www A {node-a}" },
  "partner.test": {
    records: `
      www CNAME host
      host CNAME node-a.hosting.test.
      back CNAME there.client.test.`,
  },
  "secure.test": { signed: true, records: "www A {node-a}\n*.any A {node-a}\ntext TXT x" },
  "island.test": { signed: true, ds: "none", records: "www A {node-a}" },
  "broken.test": { signed: true, ds: "wrong", records: "www A {node-a}\nold A {node-b}" },
  "left.test": { records: "www A {node-a}" },
  "strict.test": { records: '@ CAA 0 issue "other.test"\nwww A {node-a}' },
  "lame.test": { servers: ["{lame}"] },
};

/** What the gate is to say of hostnames, by the node that the plan has them on. */
export const CASES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  match: {
    "node-a": [
      "client.test",
      "www.client.test",
      "bücher.client.test",
      "Mixed.Client.Test",
      "some.any.client.test",
      "alias.client.test",
      "some.cdn.client.test",
      "far.client.test",
      "www.legacy.client.test",
      "long1.client.test",
      "into-secure.client.test",
      "www.shop.client.test",
      "www.secure.test",
      "some.any.secure.test",
      "www.island.test",
    ],
    "node-two": ["both.client.test", "either.client.test"],
    "node-six": ["six.client.test", "only-six.client.test"],
    "node-https": ["secured.client.test"],
    "node-half": ["half-open.client.test"],
  },
  unreachable: {
    "node-shut": ["shut.client.test"],
    "node-half": ["half.client.test"],
    "node-mute": ["mute.client.test"],
    "node-turn": ["turn.client.test"],
    "node-curt": ["curt.client.test"],
  },
  elsewhere: {
    "node-a": [
      "old.client.test",
      "parked.client.test",
      "dead.client.test",
      "moved.client.test",
      "left-over.client.test",
    ],
  },
  partial: { "node-a": ["torn.client.test"], "node-two": ["torn-two.client.test"] },
  ipv6: { "node-a": ["newer.client.test"], "node-six": ["newer-six.client.test"] },
  nxdomain: { "node-a": ["none.client.test", "none.secure.test", "www.absent.test"] },
  nodata: {
    "node-a": ["text.client.test", "between.client.test", "mail.client.test", "text.secure.test"],
  },
  "target-unresolvable": {
    "node-a": ["lost.client.test", "lost-here.client.test", "blank.client.test", "orphan.client.test"],
  },
  loop: {
    "node-a": ["self.client.test", "ring.client.test", "there.client.test", "longer1.client.test"],
  },
  wildcard: { "node-a": ["*.any.client.test"] },
  dnssec: { "node-a": ["www.broken.test", "into-broken.client.test", "www.left.test"] },
  unknown: { "node-a": ["old.broken.test", "www.lame.test"] },
};

/** How Pebble words its refusal, by what the gate says. */
export const REFUSALS: Readonly<Record<string, RegExp>> = {
  unreachable: /connection refused|Client\.Timeout|stopped after 10 redirects|EOF/,
  elsewhere: /returned 404|did not match|connection refused/,
  partial: /returned 404|did not match/,
  ipv6: /returned 404|did not match/,
  nxdomain: /could not resolve/,
  nodata: /could not resolve/,
  "target-unresolvable": /could not resolve/,
  loop: /could not resolve/,
  wildcard: /no HTTP-01/,
  dnssec: /could not resolve/,
  unknown: /could not resolve/,
};

/** A hostname about which gate and Pebble differ, and why. */
export interface Difference {
  readonly says: string;
  readonly node: string;
  readonly hostname: string;
  readonly why: string;
}

/** What Pebble validates although Let's Encrypt would not, or not always. */
export const BEYOND_PEBBLE: readonly Difference[] = [
  { says: "caa", node: "node-a", hostname: "www.strict.test", why: "Pebble reads no CAA records" },
  {
    says: "partial",
    node: "node-six",
    hostname: "ahead.client.test",
    why: "where a name has an IPv6 address, Pebble tries no IPv4 address",
  },
  {
    says: "unreachable",
    node: "node-port",
    hostname: "port.client.test",
    why: "Pebble follows redirects to every port, Let's Encrypt to 80 and 443",
  },
];

/** What the gate can't know: it holds no proof that a node could show. */
export const BEYOND_THE_GATE: readonly Difference[] = [
  {
    says: "match",
    node: "node-odd",
    hostname: "odd.client.test",
    why: "any answer on port 80 is one, also of a node that has lost its configuration",
  },
];

/** Rules of Let's Encrypt that Pebble does not have, so that nothing here is about them. */
export const WITHOUT_PEBBLE = [
  "rate limits: 5 failed validations per hostname and hour",
  "IPv6 first, and IPv4 once where IPv6 does not connect: Pebble fails at once, and the gate asks for both to be right",
];

// With so many from the first to the name that has an address.
function aliases(name: string, count: number): string {
  const to = (index: number) => (index < count ? `${name}${index + 1}` : "www");
  return Array.from({ length: count }, (_, index) => `${name}${index + 1} CNAME ${to(index + 1)}`).join("\n");
}
