// Certificates made while a test runs: DER by hand, since Node signs but builds none.
import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";

/** A key and a certificate, as PEM. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/** Something that signs certificates. */
export interface Authority extends Identity {
  /** A certificate for these names, valid from now on for so many days; a negative number has expired. */
  issue(names: readonly string[], days?: number): Identity;
}

const DAY = 86_400_000;

function tlv(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...items: readonly Buffer[]) => tlv(0x30, ...items);
const oid = (hex: string) => tlv(0x06, Buffer.from(hex, "hex"));
const bits = (content: Buffer) => tlv(0x03, Buffer.from([0]), content);
const octets = (content: Buffer) => tlv(0x04, content);

// ecdsa-with-SHA256, commonName, basicConstraints, subjectAltName.
const ALGORITHM = sequence(oid("2a8648ce3d040302"));
const commonName = (name: string) =>
  sequence(tlv(0x31, sequence(oid("550403"), tlv(0x0c, Buffer.from(name)))));
const CA_CONSTRAINT = sequence(
  oid("551d13"),
  tlv(0x01, Buffer.from([255])),
  octets(sequence(tlv(0x01, Buffer.from([255])))),
);

function time(milliseconds: number): Buffer {
  return tlv(0x17, Buffer.from(`${new Date(milliseconds).toISOString().replace(/^20|[-:T]|\.\d+/g, "")}`));
}

function names(list: readonly string[]): Buffer {
  const alternatives = sequence(...list.map((name) => tlv(0x82, Buffer.from(name))));
  return sequence(oid("551d11"), octets(alternatives));
}

function keyPair() {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function certificate(given: {
  subject: string;
  issuer: string;
  publicKey: KeyObject;
  signWith: KeyObject;
  extension: Buffer;
  from: number;
  until: number;
}): string {
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(8)]);
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, serial),
    ALGORITHM,
    commonName(given.issuer),
    sequence(time(given.from), time(given.until)),
    commonName(given.subject),
    given.publicKey.export({ type: "spki", format: "der" }),
    tlv(0xa3, sequence(given.extension)),
  );
  const signature = createSign("sha256").update(body).sign(given.signWith);
  const text = sequence(body, ALGORITHM, bits(signature)).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${text.replace(/.{64}(?=.)/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
}

const pem = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }).toString();

/** An authority that nothing but a test trusts. */
export function authority(name = "test authority"): Authority {
  const { publicKey, privateKey } = keyPair();
  const span = { from: Date.now() - 400 * DAY, until: Date.now() + 400 * DAY };
  const common = { issuer: name, signWith: privateKey };
  const cert = certificate({ ...common, ...span, subject: name, publicKey, extension: CA_CONSTRAINT });
  const issue = (list: readonly string[], days = 30): Identity => {
    const pair = keyPair();
    const now = Date.now();
    const [from, until] =
      days < 0 ? [now + (days - 30) * DAY, now + days * DAY] : [now - DAY, now + days * DAY];
    const subject = list[0] as string;
    const made = { ...common, subject, publicKey: pair.publicKey, extension: names(list), from, until };
    return { key: pem(pair.privateKey), cert: certificate(made) };
  };
  return { key: pem(privateKey), cert, issue };
}
