import { expect, test } from "@jest/globals";
import { updatesFrom } from "../../scripts/release/updates.mjs";

const outdated = (current: string | undefined, latest: string) => ({ current, wanted: current, latest });

test("moves within what a version promises, and holds back the rest", () => {
  const said = {
    zod: outdated("4.6.7", "4.7.0"),
    jest: outdated("30.5.2", "31.0.0"),
    "@vercel/ncc": outdated("0.45.0", "0.45.1"),
    "@swc/jest": outdated("0.2.39", "0.3.0"),
    same: outdated("1.0.0", "1.0.0"),
  };
  expect(updatesFrom(said)).toEqual({
    moved: [
      { name: "@vercel/ncc", from: "0.45.0", to: "0.45.1" },
      { name: "zod", from: "4.6.7", to: "4.7.0" },
    ],
    held: [
      { name: "@swc/jest", from: "0.2.39", to: "0.3.0" },
      { name: "jest", from: "30.5.2", to: "31.0.0" },
    ],
  });
});

test("takes nothing that is no version", () => {
  const said = {
    a: outdated(undefined, "1.0.0"),
    b: outdated("1.0.0", "latest"),
    c: outdated("1.0.0", "1.0.1 || 2"),
  };
  expect(updatesFrom(said)).toEqual({ moved: [], held: [] });
  expect(updatesFrom({})).toEqual({ moved: [], held: [] });
});
