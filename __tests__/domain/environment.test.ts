import { expect, test } from "@jest/globals";
import { GITHUB_TOKENS, withoutSecrets } from "../../src/domain/environment.ts";

const secret = [
  ...["SSH_KEY", "NIX_SIGNING_KEY", "CF_API_TOKEN", "SOPS_AGE_KEY", "GITHUB_TOKEN", "GH_TOKEN"],
  ...[
    "INPUT_SOPS-AGE-KEY",
    "INPUT_GITHUB-TOKEN",
    "input_x",
    "ACTIONS_RUNTIME_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  ],
  ...["GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"],
];
const plain = [
  "PATH",
  "HOME",
  "GITHUB_REPOSITORY",
  "RUNNER_TEMP",
  "SSH_AUTH_SOCK",
  "NIX_CONFIG",
  "MY_INPUT_X",
];
const all = Object.fromEntries([...secret, ...plain].map((name) => [name, `value of ${name}`]));

test("what is secret is left out, and all else is as it was", () => {
  const left = withoutSecrets({ ...all, UNSET: undefined });
  expect(left).toEqual(Object.fromEntries(plain.map((name) => [name, `value of ${name}`])));
});

test("its rightful reader is given what it is for", () => {
  expect(Object.keys(withoutSecrets(all, GITHUB_TOKENS)).sort()).toEqual(
    [...plain, "GITHUB_TOKEN", "GH_TOKEN"].sort(),
  );
});
