// A provider of any size in a temporary folder: at most five environments per project, every project
// a locked input of its own, 30 % of the environments with a redirect or a Content-Security-Policy.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const PER_PROJECT = 5;
const TYPES = ["production", "testing", "development", "development", "development"];

function virtualHosts(project, index) {
  const name = `e${index}.p${project}.example`;
  const kind = (project * PER_PROJECT + index) % 10;
  if (kind === 0) return { [name]: { enableLetsEncrypt: true, security: { csp: "default-src 'self';" } } };
  if (kind > 2) return { [name]: { enableLetsEncrypt: true } };
  return {
    [name]: { enableLetsEncrypt: true },
    [`www.${name}`]: { enableLetsEncrypt: true, globalRedirect: name },
  };
}

function environments(project, count) {
  const publicKeys = [
    `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${String(project).padStart(8, "0")} user@p${project}`,
  ];
  const one = (index) => ({
    type: TYPES[index],
    enable: true,
    users: { user: { email: `user@p${project}.example`, publicKeys } },
    virtualHosts: virtualHosts(project, index),
    deploymentVerification: { enable: true, enforce: true, checks: [] },
  });
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [index === 0 ? "main" : `branch-${index}`, one(index)]),
  );
}

const inputName = (project) => `org${project % 40}__project${project}`;

function writeProject(folder, project, count) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "environments.json"), JSON.stringify(environments(project, count)));
  writeFileSync(
    join(folder, "flake.nix"),
    `{ outputs = _: { lib.hostenv.x86_64-linux = {
      defaultEnvironment = "main";
      environments = builtins.fromJSON (builtins.readFile ./environments.json);
    }; }; }\n`,
  );
}

const SETTINGS = `{
  hostenvHostname = "hosting.example";
  letsEncrypt.adminEmail = "ops@hosting.example";
  deployPublicKeys = [ "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIdeploy deploy" ];
  nodeFor = { production = "node-a"; testing = "node-b"; development = "node-c"; };
}`;

function flake(projects, folder, outputs) {
  const inputs = projects.map(
    (project) => `    ${inputName(project)}.url = "path:${folder}/projects/${project}";`,
  );
  return `{
  inputs = {
    hostenv-provider.url = "path:${folder}/tool";
${inputs.join("\n")}
  };
  outputs = inputs@{ self, ... }: ${outputs};
}\n`;
}

// Hands on what the projects export, and nothing more: what any planner must at least do.
const HANDS_ON = `{
  exports = builtins.mapAttrs (_: input: input.lib.hostenv.x86_64-linux)
    (builtins.removeAttrs inputs [ "self" "hostenv-provider" ]);
}`;

/** Makes providers of `count` environments: `provider` plans them, `baseline` only hands the exports on. */
export function makeProvider(count, nix = "nix") {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-bench-")));
  mkdirSync(join(folder, "tool"));
  execFileSync("cp", ["-r", `${root}flake.nix`, `${root}nix`, join(folder, "tool")]);
  const projects = Array.from({ length: Math.ceil(count / PER_PROJECT) }, (_, index) => index);
  for (const project of projects) {
    writeProject(
      join(folder, "projects", String(project)),
      project,
      Math.min(PER_PROJECT, count - project * PER_PROJECT),
    );
  }
  const outputs = {
    provider: `inputs.hostenv-provider.lib.mkProvider { inherit inputs self; provider = ${SETTINGS}; }`,
    baseline: HANDS_ON,
  };
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, "cache") };
  for (const [name, output] of Object.entries(outputs)) {
    const place = join(folder, name);
    mkdirSync(place);
    writeFileSync(join(place, "flake.nix"), flake(projects, folder, output));
    execFileSync("git", ["init", "--quiet", place]);
    execFileSync("git", ["add", "--all"], { cwd: place });
    execFileSync(nix, ["--extra-experimental-features", "nix-command flakes", "flake", "lock"], {
      cwd: place,
      env,
      stdio: "pipe",
    });
    execFileSync("git", ["add", "--all"], { cwd: place });
  }
  return {
    folder,
    env,
    provider: join(folder, "provider"),
    baseline: join(folder, "baseline"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
