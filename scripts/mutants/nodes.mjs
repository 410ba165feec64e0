// Mistakes in whom and what a deploy trusts: the parts of src/domain/deploy about SSH, host keys and paths.

/** Each `from` stands exactly once in its file; `why` says what goes wrong with `to` in its place. */
export const nodes = [
  {
    file: "src/domain/deploy/ssh-options.ts",
    from: "  Port: /^[0-9]{1,5}$/,\n",
    to: "  Port: /^[0-9]{1,5}$/,\n  ProxyCommand: /.*/,\n",
    why: "an option of the plan runs a program on the machine that deploys",
  },
  {
    file: "src/domain/deploy/ssh-options.ts",
    from: "const number = /^[0-9]{1,4}$/;",
    to: "const number = /^[0-9]{1,4}/;",
    why: "a value carries a second option behind a blank",
  },
  {
    file: "src/domain/deploy/ssh-options.ts",
    from: "const HOST_NAME = /^(?!-)[A",
    to: "const HOST_NAME = /^[A",
    why: "an address that begins with a dash is an option to ssh",
  },
  {
    file: "src/domain/deploy/ssh-options.ts",
    from: " && !/^[0-9]+$/.test(user)",
    to: "",
    why: "a user's name is taken for a number, which may be root's",
  },
  {
    file: "src/domain/deploy/host-keys.ts",
    from: 'if (patterns.some((pattern) => pattern.startsWith("!") && isLike(pattern.slice(1), name))) return false;',
    to: "",
    why: "a key counts for a host that its line excludes",
  },
  {
    file: "src/domain/deploy/host-keys.ts",
    from: 'literal.replaceAll("*", ".*")',
    to: 'literal.replaceAll("*", ".")',
    why: "a wildcard stands for one character only",
  },
  {
    file: "src/domain/deploy/host-keys.ts",
    from: "isNamed(hosts, ",
    to: "isNamed(hosts.slice(1), ",
    why: "the key of a port of its own is not found",
  },
  {
    file: "src/domain/deploy/host-keys.ts",
    from: 'if (!about.some(({ role }) => role !== "revoked"))',
    to: "if (about.length === 0)",
    why: "a node whose only line revokes a key is said to have changed its key",
  },
  {
    file: "src/domain/deploy/node-paths.ts",
    from: "(?!\\.{1,2}(?:\\/|$))",
    to: "",
    why: "root follows a client's path up and out",
  },
  {
    file: "src/domain/deploy/node-paths.ts",
    from: "path.startsWith(RUN) && ",
    to: "",
    why: "root makes a folder for a client outside of /run",
  },
];
