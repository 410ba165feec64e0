// Asks whether a certificate is shown, in a process of its own: what Node trusts is settled when it starts.
//   PORT TIMEOUT_MS NAME ADDRESS…
import { TlsCertificates } from "../../src/adapters/tls-certificates.ts";

const [port, timeoutMs, name, ...addresses] = process.argv.slice(2) as [string, string, string, ...string[]];
const certificates = new TlsCertificates({ port: Number(port), timeoutMs: Number(timeoutMs) });
process.stdout.write(JSON.stringify(await certificates.shown(name, addresses)));
