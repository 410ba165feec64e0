// A name server for the demo: answers over UDP on a free port of this machine, which it prints, from the names on its
// command line: `name A 192.0.2.1` or `name CNAME other`. Everything else does not exist, or has nothing of that type.
import { createSocket } from "node:dgram";
import { isIPv4 } from "node:net";

const TYPES = { 1: "A", 5: "CNAME" };
const TYPE_CODES = { A: 1, CNAME: 5, SOA: 6 };
const records = process.argv.slice(2).map((line) => line.split(" "));

const labels = (name) =>
  Buffer.concat([
    ...name.split(".").map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.alloc(1),
  ]);

function questionIn(packet) {
  const names = [];
  let at = 12;
  for (; packet[at] !== 0; at += packet[at] + 1)
    names.push(packet.toString("latin1", at + 1, at + 1 + packet[at]));
  return { name: names.join(".").toLowerCase(), type: packet.readUInt16BE(at + 1), end: at + 5 };
}

function encoded([name, type, data]) {
  const value = isIPv4(data) ? Buffer.from(data.split(".").map(Number)) : data;
  const rest = Buffer.isBuffer(value) ? value : labels(value);
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(TYPE_CODES[type], 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(300, 4);
  fixed.writeUInt16BE(rest.length, 8);
  return Buffer.concat([labels(name), fixed, rest]);
}

const startOfAuthority = () => {
  const zone = "example";
  const numbers = Buffer.alloc(20);
  return encoded([zone, "SOA", Buffer.concat([labels("ns.example"), labels("h.example"), numbers])]);
};

// As a resolver does, with the records that an alias leads to.
function answersTo(name, type) {
  const [found] = records.filter((record) => record[0] === name);
  if (!found) return [];
  if (found[1] === TYPES[type]) return [found];
  return found[1] === "CNAME" ? [found, ...answersTo(found[2], type)] : [];
}

const isThere = (name) => records.some((record) => record[0] === name || record[0].endsWith(`.${name}`));

function reply(packet) {
  const { name, type, end } = questionIn(packet);
  const answers = answersTo(name, type).map(encoded);
  const authorities = answers.length === 0 ? [startOfAuthority()] : [];
  const header = Buffer.from(packet.subarray(0, 12));
  // An answer, recursion wanted and there, and whether there is such a name.
  header.writeUInt16BE(0x8180 | (isThere(name) ? 0 : 3), 2);
  header.writeUInt16BE(answers.length, 6);
  header.writeUInt16BE(authorities.length, 8);
  header.writeUInt16BE(0, 10);
  return Buffer.concat([header, packet.subarray(12, end), ...answers, ...authorities]);
}

const socket = createSocket("udp4");
socket.on("message", (packet, { port, address }) => socket.send(reply(packet), port, address));
socket.bind(0, "127.0.0.1", () => process.stdout.write(`${socket.address().port}\n`));
