import { describe, expect, test } from "@jest/globals";
import type { Client } from "../../src/adapters/github-client.ts";
import { GithubForge } from "../../src/adapters/github-forge.ts";

const LABEL = "hostenv:allow-uid-changed";
const labeled = (id: number, name = LABEL) => ({
  event: "labeled",
  created_at: `2026-01-01T00:00:${String(id).padStart(2, "0")}Z`,
  actor: { id, login: `u${id}` },
  label: { name },
});

/** A forge whose issue endpoints are these. */
const forgeWith = (issues: object) =>
  new GithubForge({ rest: { issues } } as unknown as Client, "acme", "hosting");

const failing = (status: number) => async () => {
  throw Object.assign(new Error("no"), { status });
};

describe("the latest giving of a label", () => {
  /** Who gave it, of these pages of events, and the pages that were read. */
  async function givenIn(pages: Record<number, object[]>, last: number) {
    const read: number[] = [];
    const forge = forgeWith({
      listEvents: async ({ page }: { page: number }) => {
        read.push(page);
        const link = last > 1 ? `<https://api.github.test/e?page=${last}>; rel="last"` : undefined;
        return { data: pages[page] ?? [], headers: { link } };
      },
    });
    const given = await forge.givenLabels(7, [LABEL]);
    return { by: given.map(({ by }) => by.id), read };
  }

  test("is the last event that tells of it", async () => {
    const events = [labeled(1), { ...labeled(1), event: "unlabeled" }, labeled(2), labeled(3, "bug")];
    expect(await givenIn({ 1: events }, 1)).toEqual({ by: [2], read: [1] });
    expect(await givenIn({ 1: [labeled(1)], 2: [labeled(2)] }, 3)).toEqual({ by: [2], read: [1, 3, 2] });
    expect(await givenIn({ 1: [labeled(1)] }, 6)).toEqual({ by: [1], read: [1, 6, 5, 4, 3, 2] });
  });

  test("is not known where it may stand on a page that is not read", async () => {
    // Somebody who may write gave it first, somebody else the last time.
    expect(await givenIn({ 1: [labeled(1)], 2: [labeled(2)] }, 7)).toEqual({
      by: [],
      read: [1, 7, 6, 5, 4, 3],
    });
  });
});

describe("a copy of the comment that another run has deleted already", () => {
  test("is gone, which is what was wanted", async () => {
    await expect(forgeWith({ deleteComment: failing(404) }).deleteComment(3)).resolves.toBeUndefined();
    await expect(forgeWith({ removeLabel: failing(404) }).removeLabel(7, LABEL)).resolves.toBeUndefined();
  });

  test("is something else than one that may not be deleted", async () => {
    const refused = { code: "github-forbidden" };
    await expect(forgeWith({ deleteComment: failing(403) }).deleteComment(3)).rejects.toMatchObject(refused);
    await expect(forgeWith({ removeLabel: failing(403) }).removeLabel(7, LABEL)).rejects.toMatchObject(
      refused,
    );
  });
});
