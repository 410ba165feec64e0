import type { Fault } from "../domain/deploy/verification.ts";

/** What was asked, for the words about what went wrong. */
export interface Asked {
  readonly url: URL;
  /** Where the connection was made to. */
  readonly host: string;
  /** The time for the whole check. */
  readonly seconds: number;
}

// Exit codes and words are curl's, since clients wrote their patterns for them.
const RESOLVING = ["ENOTFOUND", "EAI_AGAIN", "EAI_NODATA", "EAI_FAIL"];
const CONNECTING: Readonly<Record<string, string>> = {
  ECONNREFUSED: "Connection refused",
  EHOSTUNREACH: "No route to host",
  ENETUNREACH: "Network is unreachable",
  EADDRNOTAVAIL: "Cannot assign requested address",
  ETIMEDOUT: "Connection timed out",
};

/** What OpenSSL and Node call certificates that prove nothing, in OpenSSL's words. */
const CERTIFICATES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "certificate has expired",
  CERT_NOT_YET_VALID: "certificate is not yet valid",
  CERT_REVOKED: "certificate revoked",
  DEPTH_ZERO_SELF_SIGNED_CERT: "self-signed certificate",
  SELF_SIGNED_CERT_IN_CHAIN: "self-signed certificate in certificate chain",
  UNABLE_TO_GET_ISSUER_CERT: "unable to get issuer certificate",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "unable to get local issuer certificate",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "unable to get local issuer certificate",
  CERT_SIGNATURE_FAILURE: "certificate signature failure",
  CERT_UNTRUSTED: "certificate not trusted",
  INVALID_CA: "invalid CA certificate",
  INVALID_PURPOSE: "unsuitable certificate purpose",
};

/** What an error of Node's client means; `hasAnswer`: the answer had begun. */
export function faultOf(error: Error, asked: Asked, hasAnswer: boolean): Fault {
  const { code = "" } = leaf(error);
  const port = asked.url.protocol === "https:" ? 443 : 80;
  if (RESOLVING.includes(code)) return { exit: 6, words: `Could not resolve host: ${asked.host}` };
  const connecting = own(CONNECTING, code);
  if (connecting !== undefined && !hasAnswer)
    return { exit: 7, words: `Failed to connect to ${asked.host} port ${port}: ${connecting}` };
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return { exit: 60, words: `${ALTNAME} '${asked.url.hostname}'` };
  const certificate = own(CERTIFICATES, code);
  if (certificate !== undefined) return { exit: 60, words: `SSL certificate problem: ${certificate}` };
  if (code === "EPROTO" || code.startsWith("ERR_SSL") || /secure TLS/.test(error.message))
    return { exit: 35, words: `TLS connect error: ${alert(error)}` };
  if (code.startsWith("HPE_")) return { exit: 8, words: `Weird server reply: ${error.message}` };
  if (hasAnswer) return { exit: 18, words: "transfer closed with outstanding read data remaining" };
  if (code === "ECONNRESET" && !/hang up/.test(error.message))
    return { exit: 56, words: "Recv failure: Connection reset by peer" };
  return code === "ECONNRESET"
    ? { exit: 52, words: "Empty reply from server" }
    : { exit: 56, words: `Recv failure: ${error.message}` };
}

const ALTNAME = "SSL: no alternative certificate subject name matches target host name";

/** The check's whole time is over. */
export function deadlineFault({ seconds }: Asked): Fault {
  return { exit: 28, words: `Operation timed out after ${seconds * 1000} milliseconds` };
}

/** No connection came about. */
export function connectFault(milliseconds: number): Fault {
  return { exit: 28, words: `Connection timed out after ${milliseconds} milliseconds` };
}

/** One more redirect than may be followed. */
export function tooManyRedirects(followed: number): Fault {
  return { exit: 47, words: `Maximum (${followed}) redirects followed` };
}

// Where a name has several addresses, each has an error of its own.
function leaf(error: Error): NodeJS.ErrnoException {
  const [first] = (error as AggregateError).errors ?? [];
  return (first ?? error) as NodeJS.ErrnoException;
}

function own(record: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

// OpenSSL's message ends with what it is about: "…:ssl3_read_bytes:tlsv1 alert internal error:…".
function alert(error: Error): string {
  return (
    /:((?:tls|ssl)[^:\n]*|wrong version number|unsupported protocol[^:\n]*):/i.exec(error.message)?.[1] ??
    "the handshake failed"
  );
}
