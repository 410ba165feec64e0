# From a project to its environments. The export was evaluated with the
# project's own idea of who it is; the input's name and the provider's domain
# win, so the identity is derived again here.
{ text, fail }:
let
  runtimeRoot = "/run/hostenv";

  identity = { organisation, project, environmentName, hostenvHostname }:
    let
      hash = builtins.hashString "sha256" "${organisation}-${project}-${environmentName}\n";
      userName = "${text.projectSlug project}-${text.slug environmentName}-${builtins.substring 0 7 hash}";
      home = "/home/${userName}";
    in
    {
      inherit organisation project userName hostenvHostname;
      projectNameHash = hash;
      safeEnvironmentName = text.clean environmentName;
      hostname = "${userName}.${hostenvHostname}";
      runtimeDir = "${runtimeRoot}/user/${userName}";
      upstreamRuntimeDir = "${runtimeRoot}/nginx/${userName}";
      dataDir = "${home}/.local/share";
      stateDir = "${home}/.local/state";
      cacheDir = "${home}/.cache";
      backupsSecretFile = "/run/secrets/${userName}/backups_secret";
      backupsEnvFile = "/run/secrets/${userName}/backups_env";
    };

  renamedHost = old: new: host:
    host // (if (host.globalRedirect or null) == old && old != null then { globalRedirect = new; } else { });

  # A host the project spells with the final name itself wins over the renamed one.
  renamedHosts = old: new: hosts:
    let
      moved = if old != null && old != new && hosts ? ${old} then { ${new} = hosts.${old}; } else { };
      others = if moved == { } then hosts else builtins.removeAttrs hosts [ old ];
    in
    builtins.mapAttrs (_: renamedHost old new) (moved // others);

  renamedCheck = old: new: check:
    if old != null && (check.request.virtualHost or null) == old
    then check // { request = check.request // { virtualHost = new; }; }
    else check;

  renamedVerification = old: new: verification:
    verification // (
      if verification ? checks
      then { checks = map (renamedCheck old new) verification.checks; }
      else { }
    );

  # sshd reads a line break in a key as the start of another one.
  holdsLineBreak = text: builtins.replaceStrings [ "\n" "\r" ] [ "" "" ] text != text;

  authorizedKeys = userName: users:
    let
      keys = builtins.concatLists (map (user: user.publicKeys or [ ]) (builtins.attrValues users));
      broken = builtins.filter holdsLineBreak keys;
    in
    if broken == [ ] then keys
    else
      fail "ssh-key"
        "a public key of environment '${userName}' holds a line break: ${builtins.head broken}"
        "give each key an entry of its own";

  nodeOf = nodeFor: userName: type:
    let node = nodeFor.${type} or nodeFor.default or null;
    in
    if builtins.isString node && node != "" then node
    else
      fail "no-node"
        "environment '${userName}' has type '${type}', and neither nodeFor.${type} nor nodeFor.default names a node"
        "set provider.nodeFor.${type} or provider.nodeFor.default to a node's name";

  environment = { project, organisation, projectName, hostenvHostname, nodeFor }: name: exported:
    let
      environmentName = exported.hostenv.environmentName or name;
      derived = identity { inherit organisation environmentName hostenvHostname; project = projectName; };
      gitRef = exported.hostenv.gitRef or environmentName;
      old = exported.hostenv.hostname or null;
      type = exported.type or "development";
    in
    exported // {
      inherit type;
      enable = exported.enable or true;
      users = exported.users or { };
      hostenv = (exported.hostenv or { }) // { inherit environmentName gitRef; } // derived;
      node = nodeOf nodeFor derived.userName type;
      authorizedKeys = authorizedKeys derived.userName (exported.users or { });
      migrations = exported.migrations or (if project.migrations == null then [ ] else project.migrations);
      repo = project.repo // { ref = gitRef; };
      virtualHosts = renamedHosts old derived.hostname (exported.virtualHosts or { });
    } // (
      if exported ? deploymentVerification
      then { deploymentVerification = renamedVerification old derived.hostname exported.deploymentVerification; }
      else { }
    );
in
{
  environmentsOf = { project, hostenvHostname, nodeFor }:
    let
      context = {
        inherit project hostenvHostname nodeFor;
        organisation = text.normalised project.organisation;
        projectName = text.normalised project.project;
      };
    in
    map
      (name: environment context name project.environments.${name})
      (builtins.attrNames project.environments);
}
