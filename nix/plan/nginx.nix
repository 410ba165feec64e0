# The nginx front door of one node, as NixOS options.
{ fail }:
let
  # One nginx configuration serves every environment of a node, so a value that
  # breaks it, or ends the directive early, would take all of them down.
  refused = [ "\n" "\r" "\\" "$" ];

  holdsAny = characters: value:
    builtins.replaceStrings characters (map (_: "") characters) value != value;

  quoteFor = context: name: value:
    if holdsAny refused value then
      fail "header-value"
        "${context}: the value of ${name} holds a line break, a backslash or '$', which nginx would interpret: ${value}"
        "remove that character from the virtual host's security settings"
    else if !(holdsAny [ "\"" ] value) then "\""
    else if !(holdsAny [ "'" ] value) then "'"
    else
      fail "header-value"
        "${context}: the value of ${name} holds both kinds of quotes, and nginx can take only one: ${value}"
        "use one kind of quotes in the virtual host's security settings";

  header = context: name: value:
    if value == null then [ ]
    else
      let quote = quoteFor context name value;
      in [ "add_header ${name} ${quote}${value}${quote} always;" ];

  withoutTrailingSemicolon = value:
    let length = builtins.stringLength value;
    in
    if length > 0 && builtins.substring (length - 1) 1 value == ";"
    then builtins.substring 0 (length - 1) value
    else value;

  # A Content-Security-Policy quotes its keywords with ', so " can't be carried.
  policy = context: security:
    let
      csp = security.csp or null;
      reportTo = security.cspReportTo or null;
    in
    if csp == null then null
    else if holdsAny [ "\"" ] csp then
      fail "csp-value"
        "${context}: security.csp holds a double quote: ${csp}"
        "a Content-Security-Policy quotes its keywords with ', for example default-src 'self'"
    else withoutTrailingSemicolon csp + (if reportTo == null then "" else "; report-to ${reportTo}");

  policyHeader = security:
    if (security.cspMode or "enforce") == "report-only"
    then "Content-Security-Policy-Report-Only"
    else "Content-Security-Policy";

  # The order of these lines is part of the plan's contract.
  headers = { context, security, tls, indexed }:
    header context "Report-To" (security.reportTo or null)
    ++ header context "Referrer-Policy" (security.referrerPolicy or "strict-origin-when-cross-origin")
    ++ header context "X-Frame-Options" (security.xFrameOptions or "SAMEORIGIN")
    ++ header context "X-Content-Type-Options" (if security.xContentTypeOptions or true then "nosniff" else null)
    ++ header context "Strict-Transport-Security"
      (if tls && security.hsts or true then "max-age=63072000; includeSubDomains; preload" else null)
    ++ header context (policyHeader security) (policy context security)
    ++ header context "X-Robots-Tag" (if indexed then null else "noindex");

  proxy = userName: {
    "/" = {
      recommendedProxySettings = true;
      proxyPass = "http://${userName}_upstream";
    };
  };

  ours = [ "enableLetsEncrypt" "enableACME" "allowIndexing" "security" "hsts" ];

  # Characters that end nginx's server_name or start something else in it.
  hostnameRefused = refused ++ [ " " "\t" ";" "{" "}" "\"" "'" "#" "/" ];

  virtualHost = letsEncrypt: environment: hostname: host:
    let
      inherit (environment.hostenv) userName;
      context = "virtual host '${hostname}' of environment '${userName}'";
      primary = hostname == environment.hostenv.hostname;
      tls = host.enableLetsEncrypt or (primary && letsEncrypt.enable or true);
      lines = headers {
        inherit context tls;
        security = host.security or { };
        indexed = host.allowIndexing or (environment.type == "production");
      };
      own = host.extraConfig or "";
      redirects = (host.globalRedirect or null) != null;
    in
    if holdsAny hostnameRefused hostname then
      fail "hostname-value"
        "${context}: the hostname holds a character nginx would interpret"
        "use letters, digits, dots and dashes"
    else
      builtins.removeAttrs host ours // {
        enableACME = tls;
        forceSSL = tls;
        extraConfig = builtins.concatStringsSep "\n" ((if own == "" then [ ] else [ own ]) ++ lines);
        locations = (if redirects then { } else proxy userName) // (host.locations or { });
      } // (if primary then { http2 = true; } else { });

  # The primary hostname answers even where the project does not list it.
  hostsOf = environment:
    { ${environment.hostenv.hostname} = { }; } // environment.virtualHosts;

  refusal = {
    serverName = "_";
    default = true;
    rejectSSL = true;
    locations."/".return = "444";
  };
in
{
  frontDoor = letsEncrypt: environments:
    let
      enabled = builtins.filter (environment: environment.enable) environments;
      hosts = environment:
        let all = hostsOf environment;
        in
        map
          (hostname: { name = hostname; value = virtualHost letsEncrypt environment hostname all.${hostname}; })
          (builtins.attrNames all);
      upstream = environment: {
        name = "${environment.hostenv.userName}_upstream";
        value.servers."unix:${environment.hostenv.upstreamRuntimeDir}/in.sock" = { };
      };
    in
    {
      enable = true;
      recommendedProxySettings = true;
      virtualHosts = builtins.listToAttrs (builtins.concatLists (map hosts enabled)) // { default = refusal; };
      upstreams = builtins.listToAttrs (map upstream enabled);
    };
}
