# The nginx front door of one node, as NixOS options.
{ fail }:
let
  # One nginx configuration serves every environment of a node, so a value that
  # breaks it, or ends the directive early, would take all of them down.
  refused = [ "\n" "\r" "\\" "$" ];

  # Partial application keeps the list of replacements; this is asked of every value of a fleet.
  holdsAny = characters:
    let nothing = map (_: "") characters;
    in value: builtins.replaceStrings characters nothing value != value;

  holdsRefused = holdsAny refused;
  holdsDouble = holdsAny [ "\"" ];
  holdsSingle = holdsAny [ "'" ];

  # What nearly every virtual host has needs no look.
  harmless = {
    strict-origin-when-cross-origin = null;
    no-referrer = null;
    SAMEORIGIN = null;
    DENY = null;
  };

  quoteFor = context: name: value:
    if harmless ? ${value} then "\""
    else if holdsRefused value then
      fail "header-value"
        "${context}: the value of ${name} holds a line break, a backslash or '$', which nginx would interpret: ${value}"
        "remove that character from the virtual host's security settings"
    else if !(holdsDouble value) then "\""
    else if !(holdsSingle value) then "'"
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
    else if holdsDouble csp then
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
    ++ when (security.xContentTypeOptions or true) ''add_header X-Content-Type-Options "nosniff" always;''
    ++ when (tls && security.hsts or true)
      ''add_header Strict-Transport-Security "max-age=63072000; includeSubDomains; preload" always;''
    ++ header context (policyHeader security) (policy context security)
    ++ when (!indexed) ''add_header X-Robots-Tag "noindex" always;'';

  when = wanted: line: if wanted then [ line ] else [ ];

  proxy = userName: {
    "/" = {
      recommendedProxySettings = true;
      proxyPass = "http://${userName}_upstream";
    };
  };

  given = value: if value == null then [ ] else [ value ];

  ours = [ "enableLetsEncrypt" "enableACME" "allowIndexing" "security" "hsts" ];

  # Characters that end nginx's server_name or start something else in it.
  holdsRefusedInName = holdsAny (refused ++ [ " " "\t" ";" "{" "}" "\"" "'" "#" "/" ]);

  challenges = [ "/.well-known/acme-challenge/" "^~ /.well-known/acme-challenge/" ];

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
      names = [ hostname ] ++ host.serverAliases or [ ] ++ given host.serverName or null
        ++ given host.globalRedirect or null;
      # What NixOS answers there itself: with a second location of the same path nginx does not start.
      taken = (if redirects then [ "/" "^~ /" ] else [ ]) ++ (if tls then challenges else [ ]);
      twice = builtins.filter (path: (host.locations or { }) ? ${path}) taken;
      refusedNames = builtins.filter holdsRefusedInName names;
    in
    if refusedNames != [ ] then
      fail "hostname-value"
        "${context}: the name '${builtins.head refusedNames}' holds a character nginx would interpret"
        "use letters, digits, dots and dashes"
    else if twice != [ ] then
      let
        path = builtins.head twice;
        whose = if builtins.elem path challenges then "the certificate authority's challenges" else "globalRedirect";
      in
      fail "location-twice"
        "${context}: the location '${path}' is there already, for ${whose}, and nginx takes a path once"
        "remove it from the virtual host's locations"
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
