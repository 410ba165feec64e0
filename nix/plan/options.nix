# Every provider setting: its type, default and words. What mkProvider takes, what the flake-parts module
# declares and what docs/options.md says are made from this one table.
#
# A type is a name or a set of one key: listOf, attrsOf, nullOr, oneOf, enum, parts (settings of its own);
# types.nix gives both their meaning and their words. A setting without `default` must be given.
let
  byNode = type: about: { type = { attrsOf = type; }; default = { }; } // about;
  unset = type: { type = { nullOr = type; }; default = null; };
  switch = default: description: { type = "boolean"; inherit default description; };
in
{
  hostenvHostname = {
    type = "string";
    description = "Domain of the nodes and of every environment's own hostname.";
    example = "hosting.example";
  };

  deployUser = {
    type = "string";
    default = "deploy";
    description = "The user that deploys to the nodes, by SSH and sudo.";
  };
  deployPublicKeys = {
    type = { listOf = "line"; };
    default = [ ];
    description = "SSH public keys that the deploy user and the environments' users accept for a deploy.";
    example = [ "ssh-ed25519 AAAA… deploy@hosting.example" ];
  };

  letsEncrypt = {
    description = "Certificates by Let's Encrypt.";
    type.parts = {
      enable = switch true "Whether environments' own hostnames get certificates where their project does not say.";
      acceptTerms = switch false "Whether you accept the terms of the certificate authority.";
      adminEmail = unset "string" // {
        description = "Whom the certificate authority writes to.";
        example = "ops@hosting.example";
      };
    };
  };

  nodeFor = byNode { nullOr = "string"; } {
    description = "The node by environment type, `default` for all others. Changing one moves all environments of the type.";
    example = { production = "node-a"; default = "node-b"; };
  };
  nodeSystems = byNode "string" {
    description = "The system by node, where it is not `x86_64-linux`. A node named here is known even without environments.";
    example = { node-c = "aarch64-linux"; };
  };
  nodeAddresses = byNode "string" {
    description = "The SSH address by node, where it is not `<node>.<hostenvHostname>`.";
    example = { node-a = "192.0.2.10"; };
  };
  nodeSshPorts = byNode "port" {
    description = "The SSH port by node, where it is not 22.";
    example = { node-b = 2222; };
  };
  nodeSshOpts = byNode { listOf = "string"; } {
    description = "Further SSH options by node; docs/nodes.md says which are allowed.";
    example = { node-a = [ "-o" "ServerAliveInterval=5" ]; };
  };
  nodeRemoteBuild = byNode "boolean" { description = "Whether to build on the node, by node (default false)."; };
  nodeMagicRollback = byNode "boolean" {
    description = "`false` by node: do not go back by itself where the runner can't confirm by a new connection (default true).";
  };
  nodeAutoRollback = byNode "boolean" {
    description = "`false` by node: do not go back where an activation fails (default true).";
  };
  nodeFirewallPorts = byNode { listOf = "port"; } {
    description = "TCP ports to open by node, besides 80, 443 and 22.";
    example = { node-a = [ 9100 ]; };
  };
  nodeModules = {
    type = { listOf = "module"; };
    default = [ ];
    description = "NixOS modules for every node. A string is a path from the provider flake's folder.";
    example = [ "nodes/common.nix" ];
  };

  limits = {
    type = { attrsOf = { attrsOf = { oneOf = [ "string" "integer" "boolean" ]; }; }; };
    default = { };
    description = "systemd limits of a project's slice, by input name; what is not set stays `CPUQuota = \"200%\"` and `MemoryMax = \"12G\"`.";
    example = { acme__shop = { MemoryMax = "16G"; }; };
  };

  nixSigning = {
    description = "Signatures of what is copied to the nodes.";
    type.parts.trustedPublicKeys = {
      type = { listOf = "string"; };
      default = [ ];
      description = "Public keys whose builds the nodes accept, besides those that NixOS trusts.";
      example = [ "hosting.example-1:AAAA…" ];
    };
  };

  cloudflare = {
    description = "DNS records at Cloudflare, see docs/cloudflare.md.";
    type.parts = {
      enable = switch false "Whether zones at Cloudflare are ours to write.";
      zoneId = unset "string" // {
        description = "The id of `hostenvHostname`'s zone.";
        example = "0123456789abcdef0123456789abcdef";
      };
      zones = {
        type = { listOf = "string"; };
        default = [ ];
        description = "Names of further zones that are ours.";
        example = [ "acme.example" ];
      };
      apiTokenFile = unset { oneOf = [ "string" "path" ]; } // {
        description = "Where the existing tool reads the API token: a string, never a path, which Nix would copy to its world-readable store. Kept for it alone: `dns-gate` takes the token from CF_API_TOKEN or sops.";
        example = "/run/secrets/cloudflare";
      };
    };
  };

  planSource = {
    type.enum = [ "eval" "disk" ];
    default = "eval";
    description = "`disk` takes the plan from `planPath` instead of evaluating the projects.";
  };
  statePath = unset { oneOf = [ "path" "string" ]; } // {
    defaultText = "`generated/state.json`";
    description = "The reservations of uids and hostnames. The command `plan` needs the default.";
  };
  planPath = unset { oneOf = [ "path" "string" ]; } // {
    defaultText = "`generated/plan.json`";
    description = "The plan that `planSource = \"disk\"` reads.";
  };
  goldenPlanPath = unset { oneOf = [ "path" "string" ]; } // {
    defaultText = "`tests/golden/plan.json`";
    description = "What `nix flake check` compares the plan with; where there is none, with nothing.";
  };
  nodesPath = unset { oneOf = [ "path" "string" ]; } // {
    defaultText = "`nodes`";
    description = "The folder of the nodes' own configuration, `<node>/configuration.nix`. Its files belong to the plan's identity.";
  };
  secretsPath = unset { oneOf = [ "path" "string" ]; } // {
    defaultText = "`secrets`";
    description = "The folder of `secrets.yaml`, or a sops file itself. Its files belong to the plan's identity.";
  };

  generatedFlake = {
    description = "More for `generated/flake.nix`.";
    type.parts = {
      inputs = {
        type = { attrsOf = "anything"; };
        default = { };
        description = "Further inputs, as in a `flake.nix`; the provider's own are in it already.";
      };
      envInputs = {
        description = "The inputs that pin environments.";
        type.parts = {
          follows = unset { attrsOf = "string"; } // {
            defaultText = "those of `hostenv`, `nixpkgs`, `flake-parts` and `phps` that the provider has";
            description = "What inputs of every environment follow; `{ }` for nothing.";
            example = { nixpkgs = "nixpkgs"; };
          };
          extra = {
            type = "function";
            default = _: { };
            defaultText = "`environment: { }`";
            description = "Function from an environment to more attributes of its input.";
          };
        };
      };
    };
  };

  freeze = unset
    {
      listOf.parts = {
        types = { type = { listOf = "string"; }; description = "Environment types that may not change."; example = [ "production" ]; };
        from = { type = "string"; description = "The first moment, in RFC 3339."; example = "2026-12-20T00:00:00Z"; };
        until = { type = "string"; description = "The first moment after it, in RFC 3339."; example = "2027-01-04T00:00:00Z"; };
        reason = { type = "string"; description = "What the finding says."; example = "Christmas"; };
      };
    } // {
    description = "When environments may not change; the base branch's freeze counts.";
  };
  severities = unset { attrsOf = { attrsOf.enum = [ "block" "warn" "info" "off" ]; }; } // {
    description = "How severe a rule is for an environment or a project, see docs/rules.md.";
    example = { acme__shop = { hostname-removed = "block"; }; };
  };
  allowedSuffixes = unset { attrsOf = { listOf = "string"; }; } // {
    description = "Hostnames for which `dns-gate --with-dns-update` may set records besides the environment's own, by environment, see docs/cloudflare.md.";
    example = { shop-main-4f7240c = [ "acme.example" ]; };
  };
  canary = unset { listOf = "string"; } // {
    description = "Nodes that are deployed first, unless a move needs another before them.";
    example = [ "node-b" ];
  };
}
