import { expect, test } from "bun:test";
import { join } from "node:path";
import { runHere } from "./in-process.ts";
import { dataOf, serverForTests } from "./server.ts";

const { server, write, items } = serverForTests();
const env = () => ({ PLINTH_URL: server.url, PLINTH_KEY: server.key, XDG_CONFIG_HOME: server.folder });
const plinth = (...words: string[]) => runHere(words, env());
const json = async (...words: string[]) => dataOf((await plinth(...words, "--json")).out) as never;
const ROWS = 5000;
const FILE = `n\n${Array.from({ length: ROWS }, (_, i) => i).join("\n")}\n`;
const requestIn = (text: string): string => /plinth undo (\S+)/.exec(text)![1]!;

test("an import in several parts is undone as one, and the undo too", async () => {
  await write("numbers.csv", FILE);
  const imported = await plinth("import", join(server.folder, "numbers.csv"), "--collection", "numbers", "--create");
  expect(imported.code).toBe(0);
  const request = requestIn(imported.out);
  const planned = await plinth("undo", request, "--dry-run");
  expect([planned.code, planned.out]).toEqual([0, "Would be done: 5,000 items deleted. Nothing was changed.\n"]);
  const undone = await plinth("undo", request);
  expect([undone.code, undone.out]).toEqual([
    0,
    expect.stringMatching(/^5,000 items deleted\.\nTo take this back: plinth undo \S+\n$/),
  ]);
  expect(await items("numbers", "limit=1")).toEqual([]);
  expect((await plinth("undo", request)).out).toBe("Nothing to undo.\n");
  const redone = await plinth("undo", requestIn(undone.out));
  expect(redone.out).toContain("5,000 items brought back.");
});

test("the history of an item, its conflicts, and a version that comes back", async () => {
  const made = (await json("items", "create", "numbers", "--data", '{"n": 1}')) as { id: string };
  await plinth("items", "update", "numbers", made.id, "--data", '{"n": 2}');
  await plinth("items", "update", "numbers", made.id, "--data", '{"n": 3}');
  const history = (await json("history", "numbers", made.id)) as { position: string; request_id: string }[];
  expect(history).toMatchObject([
    { operation: "update", changes: [{ field: "n", before: 2, after: 3 }] },
    { operation: "update", changes: [{ field: "n", before: 1, after: 2 }] },
    { operation: "insert" },
  ]);
  const found = (await json("changes", "list", "--collection", "numbers", "--item", made.id)) as typeof history;
  expect(found.map(({ request_id }) => request_id)).toEqual(history.map(({ request_id }) => request_id));
  const listed = await plinth("changes", "list", "--collection", "numbers", "--item", made.id, "--operation", "insert");
  expect(listed.out).toMatch(/^at +actor +request_id +changes\n\S+ +.* numbers: 1 inserted\n$/);
  const one = await plinth("changes", "show", history[0]!.request_id);
  expect(one.out).toContain("n: 2 → 3");
  const shown = await plinth("history", "numbers", made.id, "--limit", "1");
  expect(shown.out).toMatch(/^at +operation +actor +position +request_id +changes\n\S+ +update .* n: 2 → 3\n$/);
  const refused = await plinth("undo", history[1]!.request_id);
  expect([refused.code, refused.out]).toEqual([2, ""]);
  expect(refused.err).toMatch(new RegExp(`numbers +${made.id} +changed +n\n`));
  const skipped = await plinth("undo", history[1]!.request_id, "--skip-conflicts");
  expect([skipped.code, skipped.out]).toEqual([1, "1 item left as it is.\n"]);
  const restored = await plinth("restore", "numbers", made.id, history[2]!.position);
  expect([restored.code, restored.out]).toEqual([0, expect.stringContaining("1 item changed back.")]);
  expect(await json("items", "get", "numbers", made.id)).toMatchObject({ n: 1 });
});
