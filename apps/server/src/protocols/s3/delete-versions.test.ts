import { expect, test } from "bun:test";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import type { SqlDriver } from "@plinth/core";
import { s3RefusalIn } from "../../testing/s3-client.ts";
import { openS3World } from "../../testing/s3-world.ts";

/** Counts the statements that a database gets. */
function counting(): { readonly driver: SqlDriver; readonly seen: { statements: number } } {
  const inner = bunSqlite({ path: ":memory:" });
  const seen = { statements: 0 };
  const count = (statements: number) => {
    seen.statements += statements;
  };
  const driver: SqlDriver = {
    ...inner,
    all(query) {
      count(1);
      return inner.all(query);
    },
    run(query) {
      count(1);
      return inner.run(query);
    },
    batch(queries) {
      count(queries.length);
      return inner.batch(queries);
    },
  };
  return { driver, seen };
}

const { driver, seen } = counting();
const { s3, world, operator } = await openS3World({ driver });
await world.send("/api/buckets/docs", { versions: true }, operator, "PATCH");
/** More than are deleted one by one in a request. */
const OBJECTS = 48;

const put = async (key: string, body: string): Promise<string> =>
  (await s3(`/s3/docs/${key}`, { method: "PUT", body })).headers.get("x-amz-version-id")!;
const listed = async () => {
  const xml = await (await s3("/s3/docs?versions")).text();
  return [...xml.matchAll(/<Key>(.*?)<\/Key><VersionId>(.*?)<\/VersionId>/g)].map(([, key, id]) => `${key} ${id}`);
};
const deleteAll = async (named: readonly string[]) => {
  const objects = named
    .map((one) => one.split(" "))
    .map(([key, id]) => `<Object><Key>${key}</Key>${id ? `<VersionId>${id}</VersionId>` : ""}</Object>`);
  const answer = await s3("/s3/docs?delete", { method: "POST", body: `<Delete>${objects.join("")}</Delete>` });
  const xml = await answer.text();
  return [...xml.matchAll(/<Error><Key>(.*?)<\/Key>.*?<Code>(.*?)<\/Code>/g)].map(([, key, code]) => `${key} ${code}`);
};

test("all versions and deletions that a list has are deleted by one request of few statements", async () => {
  for (let n = 0; n < OBJECTS; n++) {
    await put(`o${n}`, "first");
    await put(`o${n}`, "second");
  }
  // A third is deleted, and has a deletion in the list.
  await deleteAll(Array.from({ length: OBJECTS / 3 }, (_, n) => `o${n * 3}`));
  const all = await listed();
  expect(all.length).toBe(OBJECTS * 2 + OBJECTS / 3);
  seen.statements = 0;
  expect(await deleteAll(all)).toEqual([]);
  expect(seen.statements).toBeLessThan(80);
  expect(await listed()).toEqual([]);
  expect((await s3("/s3/docs/o1")).status).toBe(404);
  // Their bytes are not removed yet.
  expect((await s3("/s3/docs", { method: "DELETE" })).status).toBe(204);
  await world.send("/api/buckets", { name: "docs", versions: true }, operator);
});

test("of versions below which objects have others, some are deleted, and who sends the same again gets further", async () => {
  const current: string[] = [];
  for (let n = 0; n < OBJECTS; n++) {
    await put(`p${n}`, "before");
    current.push(`p${n} ${await put(`p${n}`, "after")}`);
  }
  const first = await deleteAll(current);
  expect([first.length, new Set(first.map((one) => one.split(" ")[1]))]).toEqual([8, new Set(["SlowDown"])]);
  expect(await deleteAll(current)).toEqual([]);
  const bodies = await Promise.all(current.map(async (_, n) => (await s3(`/s3/docs/p${n}`)).text()));
  expect(new Set(bodies)).toEqual(new Set(["before"]));
  expect((await listed()).length).toBe(OBJECTS);
  expect(await s3RefusalIn(s3("/s3/docs", { method: "DELETE" }))).toEqual([409, "BucketNotEmpty"]);
});

test("a deletion that is deleted with another version brings the object back", async () => {
  const [old, last] = [await put("q", "old"), await put("q", "last")];
  await deleteAll(["q"]);
  expect(await deleteAll([`q deleted-${last}`, `q ${old}`])).toEqual([]);
  expect(await (await s3("/s3/docs/q")).text()).toBe("last");
  expect((await listed()).filter((one) => one.startsWith("q "))).toEqual([`q ${last}`]);
  // Of another key, of which it is none.
  expect(await deleteAll([`p1 ${last}`])).toEqual([]);
  expect(await (await s3("/s3/docs/q")).text()).toBe("last");
});
