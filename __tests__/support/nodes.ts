/** The Node programs a bundle must run on: this one, and Node 24 where scripts/test.mjs found it. */
export const NODES: readonly string[] = [
  ...new Set([process.env.HOSTENV_TEST_NODE, process.env.HOSTENV_TEST_NODE24, process.execPath]),
].filter((node) => node !== undefined);
