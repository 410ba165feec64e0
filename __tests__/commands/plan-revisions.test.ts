import { expect, test } from "@jest/globals";
import { withRevisions } from "../../src/commands/plan-revisions.ts";
import type { Report } from "../../src/domain/report.ts";

const pin = (name: string, rev: string | null, url = "git+https://git.test/shop?dir=.hostenv") => ({
  name,
  url,
  rev,
  narHash: null,
});

/** What a counter that knows every repository is asked for these pins. */
async function asked(base: Report["pins"]["base"], head: Report["pins"]["head"], commits: number | null = 3) {
  const questions: string[] = [];
  const between = async (...question: string[]) => {
    questions.push(question.join(" "));
    return commits;
  };
  const { revisions } = await withRevisions({ pins: { base, head } } as Report, { between });
  return { questions, revisions };
}

test("asks the repository of each pin that moved within it", async () => {
  const base = [pin("a", "1"), pin("hub", "1", "github:o/r"), pin("hut", "1", "sourcehut:~o/r")];
  const head = base.map(({ name, url }) => pin(name, "2", url));
  const { questions, revisions } = await asked(base, head);
  expect(questions).toEqual([
    "https://git.test/shop 1 2",
    "https://github.com/o/r 1 2",
    "https://git.sr.ht/~o/r 1 2",
  ]);
  expect(revisions).toEqual(["a", "hub", "hut"].map((name) => ({ name, commits: 3 })));
});

test.each([
  ["is new", [], [pin("a", "2")]],
  ["is gone", [pin("a", "1")], []],
  ["comes from elsewhere", [pin("a", "1")], [pin("a", "2", "git+https://git.test/other")]],
  ["has no revision", [pin("a", "1")], [pin("a", null)]],
  ["stays", [pin("a", "1")], [pin("a", "1")]],
  ["lies below another input", [pin("a/b", "1")], [pin("a/b", "2")]],
  ["has no history", [pin("a", "1", "tarball:x")], [pin("a", "2", "tarball:x")]],
  ["is on a forge of one's own", [pin("a", "1", "gitlab:o/r?host=h")], [pin("a", "2", "gitlab:o/r?host=h")]],
  [
    "had its password taken out",
    [pin("a", "1", "git+https://redacted@h/r")],
    [pin("a", "2", "git+https://redacted@h/r")],
  ],
])("asks nothing of a pin that %s", async (_, base, head) => {
  expect(await asked(base, head)).toEqual({ questions: [], revisions: undefined });
});

test("asks for twenty pins at most, and says nothing of what is not known", async () => {
  const many = (rev: string) => Array.from({ length: 30 }, (_, index) => pin(`e${index}`, rev));
  const { questions, revisions } = await asked(many("1"), many("2"), null);
  expect(questions).toHaveLength(20);
  expect(revisions).toBeUndefined();
});
