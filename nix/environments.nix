# What a project says of its environments: the options of its flake's lib.hostenv.<system>. Who it is, its
# hostnames below the provider's domain and its paths are the provider's to say.
{ config, lib, ... }:
let
  inherit (lib) mapAttrs mkOption types;
  option = type: default: description: mkOption { inherit type default description; };
  submodule = options: types.submodule { inherit options; };

  # Stands for the environment's own hostname: the planner renames it, and redirects to it.
  ownHostname = "environment.invalid";

  hostname = types.strMatching "[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?";
  without = quote: type: types.addCheck type (value: !(lib.hasInfix quote value)) // {
    description = "${type.description} without ${quote}";
  };
  # nginx gives these three a meaning, and one nginx serves every environment of a node.
  header = types.addCheck types.singleLineStr (value: !(lib.any (character: lib.hasInfix character value) [ "\\" "$" "\n" ])) // {
    description = "single-line string without backslashes and $";
  };

  user = submodule {
    email = option (types.nullOr types.str) null "Where to reach the user.";
    publicKeys = mkOption {
      type = types.listOf types.singleLineStr;
      default = [ ];
      description = "SSH public keys that may log in as the environment.";
      example = [ "ssh-ed25519 AAAA… alice@laptop" ];
    };
  };

  users = default: about: mkOption {
    type = types.attrsOf user;
    inherit default;
    defaultText = lib.literalExpression (if default == { } then "{ }" else "allEnvironments.users");
    description = about;
  };

  security = submodule {
    csp = option (types.nullOr (without "\"" header)) null "The Content-Security-Policy; its keywords are quoted with '.";
    cspMode = option (types.enum [ "enforce" "report-only" ]) "enforce" "Whether browsers enforce the policy or only report.";
    cspReportTo = option (types.nullOr (types.strMatching "[A-Za-z0-9._-]+")) null "The group of `reportTo` that the policy reports to.";
    reportTo = option (types.nullOr (without "'" header)) null "The Report-To header, as JSON.";
    referrerPolicy = option
      (types.nullOr (types.enum [ "no-referrer" "no-referrer-when-downgrade" "same-origin" "origin" "strict-origin" "origin-when-cross-origin" "strict-origin-when-cross-origin" "unsafe-url" ]))
      "strict-origin-when-cross-origin" "The Referrer-Policy, null for none.";
    xFrameOptions = option (types.nullOr (types.enum [ "SAMEORIGIN" "DENY" ])) "SAMEORIGIN" "X-Frame-Options, null for none.";
    xContentTypeOptions = option types.bool true "Whether to send `X-Content-Type-Options: nosniff`.";
    hsts = option types.bool true "Whether to send Strict-Transport-Security where TLS is on.";
  };

  virtualHost = environment: submodule {
    enableLetsEncrypt = option types.bool true "Whether it has a certificate of Let's Encrypt and is served by TLS.";
    allowIndexing = mkOption {
      type = types.bool;
      default = environment.type == "production";
      defaultText = lib.literalMD "true for a production environment";
      description = "Whether search engines may show it.";
    };
    globalRedirect = mkOption {
      type = types.nullOr hostname;
      default = null;
      description = "The hostname that all requests are sent on to.";
      example = "www.acme.example";
    };
    redirectCode = option (types.ints.between 300 399) 301 "The HTTP status of `globalRedirect`.";
    hsts = option types.bool true "Kept for the existing tool; `security.hsts` counts.";
    locations = mkOption {
      type = types.attrsOf (submodule {
        return = mkOption {
          type = types.nullOr (types.oneOf [ types.int types.singleLineStr ]);
          default = null;
          description = "A status, or a status and a URL, to answer with.";
          example = "301 https://acme.example$request_uri";
        };
      });
      default = { };
      description = "Paths that nginx answers itself.";
    };
    security = option security { } "Headers of every answer.";
  };

  constraint = submodule {
    rule = mkOption {
      type = types.enum [ "allowNonZeroExitStatus" "skipStdoutRegexOnRedirect" "stdoutRegexMustMatch" "stderrRegexMustNotMatch" "minHttpStatus" "maxHttpStatus" ];
      description = "What is looked at.";
      example = "maxHttpStatus";
    };
    value = mkOption {
      type = types.oneOf [ types.bool types.int types.str ];
      description = "What must hold of it: a status, a pattern, or true and false.";
      example = 399;
    };
  };

  check = submodule {
    name = option types.str "verification-check" "What it is called in reports.";
    type = option (types.enum [ "httpHostHeaderCurl" ]) "httpHostHeaderCurl" "How it is made.";
    request = {
      virtualHost = mkOption { type = hostname; description = "The hostname that is asked for."; example = "shop.acme.example"; };
      path = option types.str "/" "The path.";
      method = option (types.enum [ "GET" "HEAD" "POST" "PUT" "PATCH" "DELETE" "OPTIONS" ]) "GET" "The method.";
      targetHostSource = option (types.enum [ "nodeConnectionHost" ]) "nodeConnectionHost" "Whom is asked: the node.";
      followRedirects = option types.bool false "Whether to follow redirects.";
      maxRedirects = option (types.ints.between 0 50) 5 "How many of them.";
      timeoutSeconds = option (types.ints.between 1 300) 15 "How long it may take.";
      tlsMode = option (types.enum [ "strict" "insecure" ]) "strict" "Whether the certificate must be good.";
    };
    constraints = option (types.listOf constraint) [ ] "What must hold of the answer.";
  };

  environment = types.submodule ({ config, name, ... }: {
    options = {
      enable = option types.bool true "Whether it is served. Switched off, it keeps its user, uid and hostnames.";
      type = option (types.enum [ "development" "testing" "production" ]) "development" "What it is for; at most one environment is production.";
      users = users allEnvironments.users "Who may log in as it.";
      virtualHosts = mkOption {
        type = types.attrsOf (virtualHost config);
        default = { };
        description = "The hostnames that it is served under. `config.hostenv.hostname` stands for its own one, which is always among them.";
      };
      migrations = mkOption {
        type = types.listOf (types.strMatching "[A-Za-z0-9._-]+");
        default = [ ];
        description = "Backups that carry its data to another node, as units `restic-backups-<name>`.";
        example = [ "mysql-migrate" "files-migrate" ];
      };
      deploymentVerification = {
        enable = option types.bool true "Whether it is asked for after a deploy.";
        enforce = option types.bool true "Whether a failed check fails the deploy.";
        checks = option (types.listOf check) [ ] "Requests, and what must hold of the answers.";
      };
      hostenv = {
        environmentName = mkOption { type = types.str; default = name; defaultText = lib.literalMD "its name"; description = "What it is called."; };
        gitRef = mkOption {
          type = types.strMatching "[a-zA-Z0-9@][a-zA-Z0-9_./@+-]*";
          default = config.hostenv.environmentName;
          defaultText = lib.literalMD "its name";
          description = "The branch or tag it is built from.";
        };
        hostname = mkOption { type = types.str; default = ownHostname; readOnly = true; description = "Stands for its own hostname, which the provider gives."; };
        backupsRepoHost = option (types.nullOr types.str) null "Where its backups' repositories lie.";
      };
    };
    config.virtualHosts.${ownHostname} = { };
  });

  inherit (config) allEnvironments environments;
  productions = builtins.attrNames (lib.filterAttrs (_: one: one.enable && one.type == "production") environments);
  strangers = one: lib.filter (asked: !(one.virtualHosts ? ${asked})) (map (each: each.request.virtualHost) one.deploymentVerification.checks);
in
{
  options = {
    allEnvironments.users = users { } "Users of every environment that names none itself.";
    environments = option (types.attrsOf environment) { } "The project's environments; a name is a branch's, unless `hostenv.gitRef` says otherwise.";
    defaultEnvironment = option types.str "main" "The environment that is meant where none is named.";

    exportedEnvironments = mkOption {
      type = types.raw;
      readOnly = true;
      internal = true;
      description = "The environments as plain values, as a provider reads them.";
    };
    assertions = mkOption {
      type = types.listOf (submodule {
        assertion = mkOption { type = types.bool; internal = true; description = "What must hold."; };
        message = mkOption { type = types.str; internal = true; description = "What is said where it does not."; };
      });
      default = [ ];
      internal = true;
      description = "What must hold of the project.";
    };
  };

  config = {
    exportedEnvironments = mapAttrs (_: builtins.intersectAttrs { enable = 1; type = 1; users = 1; virtualHosts = 1; migrations = 1; deploymentVerification = 1; hostenv = 1; }) environments;

    assertions = [
      {
        assertion = builtins.length productions <= 1;
        message = "at most one environment can be production, and ${lib.concatStringsSep " and " productions} are. Give all but one of them another type.";
      }
      {
        assertion = environments == { } || environments ? ${config.defaultEnvironment};
        message = "defaultEnvironment is '${config.defaultEnvironment}', and there is no such environment. Set it to one of: ${lib.concatStringsSep ", " (builtins.attrNames environments)}.";
      }
    ] ++ lib.concatLists (lib.mapAttrsToList
      (name: one: map
        (asked: {
          assertion = false;
          message = "a check of environment '${name}' asks for ${asked}, which is none of its virtualHosts. Add it there, or correct the check.";
        })
        (strangers one)
      ++ map
        (wrong: {
          assertion = false;
          message = "environment '${name}' has the hostname '${wrong}': only letters, digits, dots and dashes can stand in one.";
        })
        (builtins.filter (each: !(hostname.check each)) (builtins.attrNames one.virtualHosts)))
      environments);
  };
}
