// What test nodes are made of, for the demo.

import { cacheFolder } from "./cache.mjs";
import { ensureDebianTools } from "./debian-tools.mjs";
import { deployRsIsThere, ensureDeployRs } from "./deploy-rs.mjs";
import { ensureNode24 } from "./node24.mjs";

/**
 * `{ node, env }`: Node 24, and where each program is, as the tests are told. Null where an earlier `npm test` did not
 * build deploy-rs, which takes minutes.
 */
export async function nodeTools({ log }) {
  const place = { cache: cacheFolder(), log };
  if (!deployRsIsThere(place)) return null;
  const [node24, deployRs, { sshd, sshKeygen, ssh, restic }] = await Promise.all([
    ensureNode24(place),
    ensureDeployRs(place),
    ensureDebianTools(place),
  ]);
  if (node24.path === null || deployRs.path === null) return null;
  const found = {
    HOSTENV_TEST_DEPLOY_RS: deployRs.path,
    HOSTENV_TEST_RESTIC: restic.path,
    HOSTENV_TEST_SSH: ssh.path,
    HOSTENV_TEST_SSHD: sshd.path,
    HOSTENV_TEST_SSH_KEYGEN: sshKeygen.path,
  };
  return { node: node24.path, env: Object.fromEntries(Object.entries(found).filter(([, path]) => path)) };
}
