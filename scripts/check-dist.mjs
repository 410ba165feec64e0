// dist/ must be what the source gives, and every file of it committed.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
execFileSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: "inherit" });
const changed = execFileSync("git", ["status", "--porcelain", "--", "dist"], { cwd: root, encoding: "utf8" });
if (changed !== "") {
  process.stderr.write(
    `dist/ is not what the source gives:\n${changed}hint: npm run build, and commit dist/\n`,
  );
  process.exit(1);
}
