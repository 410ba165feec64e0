// Preloaded into a child: kills it, as kill -9 would, at the KILL_AT-th call that changes the disk. A
// write counts twice, so that it is also cut in half.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const killAt = Number(process.env.KILL_AT);
let calls = 0;

function step() {
  if (++calls === killAt) process.kill(process.pid, "SIGKILL");
}

const { promises } = fs;
for (const name of ["chmod", "mkdir", "open", "rename", "rm", "rmdir", "symlink", "unlink", "utimes"]) {
  const original = promises[name];
  promises[name] = (...args) => {
    step();
    return original(...args);
  };
}

const { copyFile } = promises;
promises.copyFile = async (from, to) => {
  step();
  fs.writeFileSync(to, fs.readFileSync(from).subarray(0, 5));
  step();
  await copyFile(from, to);
};

const handle = await fs.promises.open(process.execPath, "r");
const prototype = Object.getPrototypeOf(handle);
await handle.close();
calls = 0;

const { writeFile, sync } = prototype;
prototype.writeFile = async function (text) {
  step();
  await writeFile.call(this, text.slice(0, text.length / 2));
  step();
  await writeFile.call(this, text.slice(text.length / 2));
};
prototype.sync = async function () {
  step();
  await sync.call(this);
};
syncBuiltinESMExports();
