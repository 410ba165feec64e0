import { describe, expect, test } from "@jest/globals";
import { checkedProfilePath, checkedRuntimeDir } from "../../../src/domain/deploy/node-paths.ts";

const refused = expect.objectContaining({ code: "node-path" });

describe("a profile's path", () => {
  test.each(["/nix/var/nix/profiles/system", "/nix/var/nix/profiles/per-user/wiki-main-77ab310/hostenv"])(
    "is %s",
    (path) => {
      expect(checkedProfilePath(path)).toBe(path);
    },
  );

  test.each([
    ...["", "system", "/nix/var/nix/profiles", "/nix/var/nix/profiles/", "/nix/var/nix/profilesx/system"],
    ...["/etc/passwd", "/nix/var/nix/profiles/../../../../etc/passwd", "/nix/var/nix/profiles/./system"],
    ...["/nix/var/nix/profiles//system", "/nix/var/nix/profiles/a b", "/nix/var/nix/profiles/a\nb"],
    ...["/nix/var/nix/profiles/$(id)", "/nix/var/nix/profiles/a/.."],
  ])("is not %j", (path) => {
    expect(() => checkedProfilePath(path)).toThrow(refused);
  });
});

describe("a runtimeDir", () => {
  test.each(["/run/hostenv/user/wiki", "/run/other/user/wiki", "/run/user/wiki"])("is %s", (path) => {
    expect(checkedRuntimeDir(path, "wiki")).toBe(path);
  });

  test.each([
    ...[
      "/run/hostenv/user/blog",
      "/run/hostenv/user/wiki/x",
      "/run/hostenv/wiki",
      "/etc/user/wiki",
      "/run/../etc/user/wiki",
    ],
    ...["run/hostenv/user/wiki", "/run/a b/user/wiki", "/run/hostenv/user/wiki/", "/running/user/wiki", ""],
  ])("of wiki is not %j, whatever a project sets its root to", (path) => {
    expect(() => checkedRuntimeDir(path, "wiki")).toThrow(refused);
  });
});
