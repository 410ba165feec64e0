# What is reserved for good: uids and hostnames. State is read, never trusted
# to be today's plan, and every entry in it stays.
{ text, fail, listed }:
let
  firstUid = 1001;

  # Below this NixOS keeps the system's own users.
  lowestUid = 1000;

  userNameOf = environment: environment.hostenv.userName;

  highest = state:
    builtins.foldl'
      (highestSoFar: name:
        let uid = uidIn state name;
        in if uid > highestSoFar then uid else highestSoFar)
      firstUid
      (builtins.attrNames state);

  uidIn = state: name:
    let uid = state.${name}.uid or null;
    in
    if builtins.isInt uid && uid >= lowestUid then uid
    else
      fail "state-uid"
        "state.json: entry '${name}' has no uid of ${toString lowestUid} or more"
        "restore the entry's uid from git: it must never change or be given twice";

  previousNode = state: environment:
    let before = state.${userNameOf environment}.node or null;
    in if builtins.isString before && before != "" && before != environment.node then before else null;

  # uid from state, else the next free one by the environment's place among all.
  reserved = state: environments:
    let
      next = highest state + 1;
      place = index:
        let
          environment = builtins.elemAt environments index;
          userName = userNameOf environment;
        in
        environment // {
          uid = if state ? ${userName} then uidIn state userName else next + index;
          previousNode = previousNode state environment;
        };
    in
    builtins.genList place (builtins.length environments);

  stateAfter = state: environments:
    state // builtins.listToAttrs (map
      (environment: {
        name = userNameOf environment;
        value = (state.${userNameOf environment} or { }) // {
          inherit (environment) uid node;
          userName = userNameOf environment;
          virtualHosts = builtins.attrNames environment.virtualHosts;
        };
      })
      environments);

  # DNS and nginx ignore case, so a reservation does too.
  claim = planned: owner: hostname: { inherit planned owner hostname; key = text.toLower hostname; };

  # nginx answers for these, too.
  aliases = host:
    host.serverAliases or [ ] ++ (if (host.serverName or null) == null then [ ] else [ host.serverName ]);

  plannedClaims = environments:
    builtins.concatLists (map
      (environment: map (claim true (userNameOf environment))
        (builtins.attrNames (environment.virtualHosts // { ${environment.hostenv.hostname} = null; })
          ++ builtins.concatLists (map aliases (builtins.attrValues environment.virtualHosts))))
      environments);

  heldClaims = state: planned:
    builtins.concatLists (map
      (name: map (claim false name) (state.${name}.virtualHosts or [ ]))
      (builtins.attrNames (builtins.removeAttrs state (builtins.attrNames planned))));

  ownersOf = claims: builtins.attrNames (builtins.groupBy (one: one.owner) claims);

  conflict = claims:
    let
      hostname = (builtins.head claims).hostname;
      today = ownersOf (builtins.filter (one: one.planned) claims);
      held = ownersOf (builtins.filter (one: !one.planned) claims);
    in
    if held == [ ] then
      fail "hostname-two-owners"
        "hostname '${hostname}' is claimed by two environments: ${listed today}"
        "remove it from all but one of them"
    else if today == [ ] then
      fail "hostname-two-holders"
        "state.json: hostname '${hostname}' is held by two environments that are no longer planned: ${listed held}"
        "restore state.json from git, or release both with: hostenv-provider state prune"
    else
      fail "hostname-held"
        "hostname '${hostname}' of environment ${listed today} is still held in state.json by ${listed held}, which is no longer planned"
        "if that environment is gone for good, release its hostnames with: hostenv-provider state prune (or empty the entry's virtualHosts in state.json by hand; its uid stays)";

  # true, or the first conflict as an error.
  ownersAreUnique = state: environments: planned:
    let
      byHostname = builtins.groupBy (one: one.key) (plannedClaims environments ++ heldClaims state planned);
      disputed = builtins.filter
        (claims: builtins.length claims > 1 && builtins.length (ownersOf claims) > 1)
        (builtins.attrValues byHostname);
    in
    if disputed == [ ] then true else conflict (builtins.head disputed);

  # A merge of two state files can give one uid twice, and with it one client's files to another.
  uidsAreUnique = state:
    let
      byUid = builtins.groupBy (name: toString (uidIn state name)) (builtins.attrNames state);
      doubled = builtins.filter (uid: builtins.length byUid.${uid} > 1) (builtins.attrNames byUid);
      uid = builtins.head doubled;
    in
    if doubled == [ ] then true
    else
      fail "uid-twice"
        "uid ${uid} is reserved for two environments: ${listed byUid.${uid}}"
        "restore state.json from git: the environment that had the uid first keeps it, remove the other's entry";

  namesAreUnique = environments:
    let
      byName = builtins.groupBy userNameOf environments;
      doubled = builtins.filter (name: builtins.length byName.${name} > 1) (builtins.attrNames byName);
    in
    if doubled == [ ] then true
    else
      fail "environment-twice"
        "two project inputs give the same environment '${builtins.head doubled}'"
        "organisation and project are compared in lower case without punctuation: rename or remove one of the inputs";
in
{ inherit reserved stateAfter ownersAreUnique uidsAreUnique namesAreUnique; }
