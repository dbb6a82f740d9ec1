import { expect, test } from "bun:test";
import { CellWrites, type Patch } from "./cell-writes.ts";
import type { ItemRow } from "./row-pages.ts";

class Refused extends Error {
  constructor(
    readonly status: number,
    readonly field?: string,
  ) {
    super(`refused ${status}`);
  }
}

/** A server whose answers the test gives, one by one. */
function setUp() {
  const sent: { id: string; patch: Patch; version: number | undefined; answer: PromiseWithResolvers<ItemRow> }[] = [];
  const said: string[] = [];
  const writes = new CellWrites({
    send: (id, patch, version) => {
      const answer = Promise.withResolvers<ItemRow>();
      sent.push({ id, patch, version, answer });
      return answer.promise;
    },
    refusalOf: (error) => {
      const { status, message, field } = error as Refused;
      return { status, message, ...(field !== undefined && { field }) };
    },
    onStored: (row) => said.push(`stored ${JSON.stringify(row)}`),
    onConflict: ({ id }) => said.push(`conflict ${id}`),
    onFailed: (id, _, error) => said.push(`failed ${id} ${(error as Error).message}`),
    onChange: () => {},
  });
  return {
    sent,
    said,
    writes,
    shown: (id: string) => [...(writes.draft(id) ?? [])].map(([f, d]) => [f, d.value, d.state]),
  };
}

const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
const ROW: ItemRow = { id: "a", version: 3, title: "old", year: 1 };

test("a value is marked until the server has stored it", async () => {
  const { sent, said, writes, shown } = setUp();
  const done = writes.write(ROW, { title: "new" });
  expect([shown("a"), writes.isUnsaved]).toEqual([[["title", "new", "pending"]], true]);
  await turn();
  expect([said, sent[0]?.version]).toEqual([[], 3]);
  sent[0]!.answer.resolve({ ...ROW, title: "NEW", version: 4 });
  await done;
  expect(shown("a")).toEqual([]);
  expect(said).toEqual(['stored {"id":"a","version":4,"title":"NEW","year":1}']);
});

test("writes of one item wait for each other and follow its versions", async () => {
  const { sent, writes } = setUp();
  const both = Promise.all([writes.write(ROW, { title: "b" }), writes.write(ROW, { year: 2 })]);
  await turn();
  expect(sent.length).toBe(1);
  sent[0]!.answer.resolve({ ...ROW, version: 4 });
  await turn();
  expect(sent[1]?.version).toBe(4);
  sent[1]!.answer.resolve({ ...ROW, version: 5 });
  await both;
  expect(writes.isUnsaved).toBe(false);
});

test("many items are written with the versions that writes before them have made", async () => {
  const { sent, writes } = setUp();
  const typed = writes.write(ROW, { title: "typed" });
  const other: ItemRow = { id: "b", version: 7 };
  let versions: ReadonlyMap<string, number | undefined> | undefined;
  const pasted = writes.writeTogether(
    [ROW, other].map((row) => ({ row, patch: { year: 2 } })),
    async (made) => {
      versions = made;
      return [];
    },
  );
  await turn();
  expect(versions).toBeUndefined();
  sent[0]!.answer.resolve({ ...ROW, title: "typed", version: 4 });
  await typed;
  expect(await pasted).toBe(true);
  expect([...versions!]).toEqual([
    ["a", 4],
    ["b", 7],
  ]);
});

test("a value that the server refuses stays in its cell with the reason", async () => {
  const { sent, said, writes, shown } = setUp();
  const done = writes.write(ROW, { year: 99 });
  await turn();
  sent[0]!.answer.reject(new Refused(422, "year"));
  await done;
  expect([shown("a"), said]).toEqual([[["year", 99, "refused"]], []]);
  expect(writes.draft("a")?.get("year")?.reason).toBe("refused 422");
  writes.drop("a", ["year"]);
  expect(shown("a")).toEqual([]);
});

test("any other failure takes the value back and says so", async () => {
  for (const status of [0, 403, 500, 503]) {
    const { sent, said, writes, shown } = setUp();
    const done = writes.write(ROW, { title: "x" });
    await turn();
    sent[0]!.answer.reject(new Refused(status));
    await done;
    expect([shown("a"), said]).toEqual([[], [`failed a refused ${status}`]]);
  }
});

test("a conflict keeps the value until somebody has chosen", async () => {
  const { sent, said, writes, shown } = setUp();
  const done = writes.write(ROW, { title: "mine" });
  await turn();
  sent[0]!.answer.reject(new Refused(412));
  await done;
  expect([shown("a"), said]).toEqual([[["title", "mine", "pending"]], ["conflict a"]]);
});

test("an item that somebody deleted is a conflict too, and what is left undecided stays in its cell", async () => {
  const { sent, said, writes, shown } = setUp();
  const done = writes.write(ROW, { title: "typed" });
  await turn();
  sent[0]!.answer.reject(new Refused(404));
  await done;
  expect([said, shown("a")]).toEqual([["conflict a"], [["title", "typed", "pending"]]]);
  writes.hold("a", { title: "typed" }, "Somebody else was faster.");
  expect([shown("a"), writes.isPending, writes.isUnsaved]).toEqual([[["title", "typed", "refused"]], false, true]);
  writes.drop("a", ["title"]);
  expect(writes.isUnsaved).toBe(false);
});
