// Mistakes in the planner (nix/plan) that __tests__/nix must notice.

/** Each `from` stands exactly once in its file; `why` says what goes wrong with `to` in its place. */
export const planner = [
  {
    file: "nix/plan/reservations.nix",
    from: "builtins.isInt uid && uid >= lowestUid",
    to: "builtins.isInt uid",
    why: "an environment is given uid 0",
  },
  {
    file: "nix/plan/reservations.nix",
    from: "host.serverAliases or [ ] ++",
    to: "",
    why: "an alias takes another environment's hostname unseen",
  },
  {
    file: "nix/plan/text.nix",
    from: "slugLength = 11;",
    to: "slugLength = 12;",
    why: "user names get longer, so every environment becomes another one",
  },
  {
    file: "nix/plan/text.nix",
    from: "builtins.stringLength joined > slugLength",
    to: "builtins.stringLength joined >= slugLength",
    why: "a word that just fits is cut from a user name",
  },
  {
    file: "nix/plan/text.nix",
    from: "toLower (if taken.words == 0",
    to: "(if taken.words == 0",
    why: "user names keep capitals",
  },
  {
    file: "nix/plan/reservations.nix",
    from: "next = highest state + 1;",
    to: "next = highest state;",
    why: "a new environment gets the uid of another one",
  },
  {
    file: "nix/plan/reservations.nix",
    from: "else next + index;",
    to: "else next;",
    why: "all new environments share one uid",
  },
  {
    file: "nix/plan/reservations.nix",
    from: "key = text.toLower hostname;",
    to: "key = hostname;",
    why: "two environments may claim one hostname in two spellings",
  },
  {
    file: "nix/plan/reservations.nix",
    from: "userNameOf environment} or { }) // {",
    to: "userNameOf environment}.lost or { }) // {",
    why: "attributes that others keep in state are lost",
  },
  {
    file: "nix/plan/reservations.nix",
    from: "(builtins.attrNames (builtins.removeAttrs state (builtins.attrNames planned))));",
    to: "[ ]);",
    why: "a hostname held for a removed environment is given away",
  },
  {
    file: "nix/plan/environments.nix",
    from: 'environmentName}\\n";',
    to: 'environmentName}";',
    why: "the hash misses its newline, so every environment becomes another one",
  },
  {
    file: "nix/plan/environments.nix",
    from: "repo = project.repo // { ref = gitRef; };",
    to: "repo = project.repo;",
    why: "every environment is built from the project's default branch",
  },
  {
    file: "nix/plan/environments.nix",
    from: "then { globalRedirect = new; }",
    to: "then { }",
    why: "a redirect still points at the hostname the project thought it has",
  },
  {
    file: "nix/plan/nginx.nix",
    from: "withoutTrailingSemicolon csp + ",
    to: "csp + ",
    why: "report-to becomes a policy of its own",
  },
  {
    file: "nix/plan/nginx.nix",
    from: "(tls && security.hsts or true)",
    to: "(security.hsts or true)",
    why: "browsers are told to insist on TLS where there is none",
  },
  {
    file: "nix/plan/nginx.nix",
    from: "enabled = builtins.filter (environment: environment.enable) environments;",
    to: "enabled = environments;",
    why: "disabled environments are still served",
  },
  {
    file: "nix/plan/nginx.nix",
    from: 'refused = [ "\\n" "\\r" "\\\\" "$" ];',
    to: 'refused = [ "\\n" "\\r" "\\\\" ];',
    why: "a header may hold an nginx variable",
  },
  {
    file: "nix/plan/nodes.nix",
    from: "hostname = settings.nodeAddresses.",
    to: "hostname = settings.noAddresses.",
    why: "a node is looked for at its name although it has another address",
  },
  {
    file: "nix/plan/settings.nix",
    from: "if builtins.isPath file then",
    to: "if false then",
    why: "a token file lands in the world-readable store",
  },
];
