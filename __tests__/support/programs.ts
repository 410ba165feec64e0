/** The programs that scripts/test.mjs hands over, as they stand in HOSTENV_TEST_<NAME>. */
export type ToolName =
  | "ACT"
  | "ACTIONLINT"
  | "AGE"
  | "AGE_KEYGEN"
  | "CHROMIUM"
  | "CMARK_GFM"
  | "DEPLOY_RS"
  | "DIG"
  | "DNSPERF"
  | "GH"
  | "JQ"
  | "KEYMGR"
  | "KNOTC"
  | "KNOTD"
  | "NGINX"
  | "OPENSSL"
  | "PEBBLE"
  | "RESTIC"
  | "SOPS"
  | "SSH"
  | "SSHD"
  | "SSH_KEYGEN"
  | "SUDO"
  | "UNBOUND"
  | "ZIZMOR";

/** Path of a program (of the folder of `deploy` and `activate` for DEPLOY_RS), undefined where there is none. */
export function tool(name: ToolName): string | undefined {
  return process.env[`HOSTENV_TEST_${name}`] || undefined;
}

/** Path of a program in a suite that `describeWith` guards. */
export function needed(name: ToolName): string {
  const path = tool(name);
  if (!path) throw new Error(`there is no ${name}: guard the suite with describeWith`);
  return path;
}
