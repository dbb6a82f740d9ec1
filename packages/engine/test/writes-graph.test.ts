import { beforeAll, describe, expect, test } from "bun:test";
import type { JsonObject } from "@plinth/core";
import {
  createItems,
  createRule,
  createRuleSchema,
  getItem,
  patchItem,
  replaceItem,
  runBatch,
  updateCollection,
} from "../src/index.ts";
import { expandIn } from "./texts.ts";
import { openWorld, userOf, type World } from "./transfer-support.ts";

let world: World;
const many = (name: string, to: string, rest: object) => ({ name, type: "relation_many", to, ...rest });

beforeAll(async () => {
  world = await openWorld();
  const text = { name: "name", type: "text", required: true };
  await world.create({ slug: "authors", kind: "managed", fields: [text] } as never);
  await world.create({ slug: "tags", kind: "managed", fields: [{ ...text, unique: true }] } as never);
  await world.create({
    slug: "books",
    kind: "managed",
    fields: [
      text,
      { name: "author", type: "relation", to: "authors" },
      { name: "strict", type: "relation", to: "authors" },
      many("tags", "tags", { through: "books_tags" }),
    ],
  } as never);
  await world.create({
    slug: "comments",
    kind: "managed",
    fields: [
      { name: "text", type: "text" },
      { name: "book", type: "relation", to: "books", required: true },
    ],
  } as never);
  const add = async (slug: string, field: object) =>
    updateCollection(await world.ctx(), slug, { fields: [field] } as never);
  await add("books", many("comments", "comments", { via: "book" }));
  await add("authors", many("books", "books", { via: "author" }));
});

const create = async (slug: string, body: JsonObject, as?: never) =>
  (await createItems(await world.ctx(as), slug, body)) as JsonObject & { id: string };
const patch = async (slug: string, id: string, body: JsonObject, as?: never) =>
  patchItem(await world.ctx(as), slug, id, body);
const read = async (slug: string, id: string, expand?: string | JsonObject) =>
  (await getItem(await world.ctx(), slug, id, expand === undefined ? undefined : { expand: expandIn(expand) })).row;
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "NONE",
    (error) => [error.code, error.details?.field],
  );
const count = async (slug: string) => (await world.list(slug)).length;

describe("a graph", () => {
  test("is created at once", async () => {
    const made = await create("books", {
      name: "b1",
      author: { name: "a1" },
      comments: [{ text: "c1" }, { text: "c2" }],
      tags: { create: [{ name: "t1" }] },
    });
    expect(made).toMatchObject({
      name: "b1",
      author: { name: "a1", version: 1 },
      comments: [{ text: "c1", book: made.id }, { text: "c2" }],
      tags: [{ name: "t1" }],
    });
    const stored = await read("books", made.id, "author,comments,tags");
    expect(stored).toMatchObject({ author: { name: "a1" }, tags: [{ name: "t1" }] });
    expect((stored.comments as unknown[]).length).toBe(2);
  });

  test("or not at all", async () => {
    const before = [await count("books"), await count("authors"), await count("comments"), await count("tags")];
    const body = (rest: object) =>
      ({ name: "x", author: { name: "y" }, comments: [{ text: "z" }], ...rest }) as JsonObject;
    expect(await codeOf(create("books", body({ tags: { create: [{ name: "t1" }] } })))).toEqual([
      "UNIQUE_VIOLATION",
      "tags.create.0.name",
    ]);
    expect(await codeOf(create("books", body({ tags: [{}] })))).toEqual(["VALIDATION", "tags.0.name"]);
    expect(await codeOf(create("books", body({ tags: { link: ["00000000-0000-4000-8000-00000000000f"] } })))).toEqual([
      "REFERENCE_NOT_FOUND",
      "tags.link.0",
    ]);
    expect(await codeOf(create("books", body({ tags: { nope: [] } })))).toEqual(["UNKNOWN_FIELD", "tags.nope"]);
    expect(await codeOf(create("books", body({ comments: [{ book: null }] })))).toEqual([
      "VALIDATION",
      "comments.0.book",
    ]);
    expect(await codeOf(create("books", body({ author: { nope: 1 } })))).toEqual(["UNKNOWN_FIELD", "author.nope"]);
    const after = [await count("books"), await count("authors"), await count("comments"), await count("tags")];
    expect(after).toEqual(before);
  });

  test("is linked and unlinked", async () => {
    const tags = await Promise.all(["u1", "u2", "u3"].map((name) => create("tags", { name })));
    const [u1, u2, u3] = tags.map(({ id }) => id) as [string, string, string];
    const { id } = await create("books", { name: "b2", tags: { link: [u1, u2] } });
    const names = async () =>
      ((await read("books", id, { tags: { sort: "name" } })).tags as JsonObject[]).map((t) => t.name);
    expect(await names()).toEqual(["u1", "u2"]);
    expect(await patch("books", id, { tags: { link: [u2, u3] } })).toMatchObject({
      version: 2,
      tags: [{ id: u2 }, { id: u3 }],
    });
    expect(await names()).toEqual(["u1", "u2", "u3"]);
    await patch("books", id, { tags: { unlink: [u1], create: [{ name: "u4" }] } });
    expect(await names()).toEqual(["u2", "u3", "u4"]);
    await replaceItem(await world.ctx(), "books", id, { name: "b2", tags: { set: [u1, u3] } });
    expect(await names()).toEqual(["u1", "u3"]);
    await patch("books", id, { tags: { set: [] } });
    expect(await names()).toEqual([]);
  });

  test("moves items between owners", async () => {
    const one = await create("authors", { name: "one", books: [{ name: "m1" }, { name: "m2" }] });
    const two = await create("authors", { name: "two" });
    const [m1, m2] = (one.books as { id: string }[]).map(({ id }) => id) as [string, string];
    await patch("authors", two.id, { books: { link: [m1] } });
    expect(await read("books", m1)).toMatchObject({ author: two.id, version: 2 });
    await patch("authors", two.id, { books: { link: [m1] } });
    expect(await read("books", m1)).toMatchObject({ version: 2 });
    await patch("authors", two.id, { books: { set: [m2] } });
    expect(await read("books", m1)).toMatchObject({ author: null });
    expect(await read("books", m2)).toMatchObject({ author: two.id });
    const { id, comments } = await create("books", { name: "b3", comments: [{ text: "c" }] });
    const [comment] = comments as { id: string }[];
    expect(await codeOf(patch("books", id, { comments: { unlink: [comment!.id] } }))).toEqual([
      "VALIDATION",
      "comments.unlink.0",
    ]);
    expect(await codeOf(patch("books", id, { comments: [] as never }))).toEqual(["VALIDATION", "comments"]);
    expect(await codeOf(patch("books", id, { comments: null }))).toEqual(["VALIDATION", "comments"]);
  });

  test("takes part in a batch", async () => {
    const { data } = await runBatch(await world.ctx(), [
      { op: "create", collection: "books", data: { name: "bb", author: { name: "ba" } } },
      { op: "create", collection: "comments", data: { book: { $ref: "ops.0.id" }, text: "hello" } },
    ]);
    const [book, entry] = data as JsonObject[];
    expect(book).toMatchObject({ name: "bb", author: { name: "ba" } });
    expect(entry).toMatchObject({ book: book!.id! });
    const failing = runBatch(await world.ctx(), [
      { op: "create", collection: "books", data: { name: "bb", tags: [{ name: "t1" }] } },
    ]);
    expect(await codeOf(failing)).toEqual(["UNIQUE_VIOLATION", "operations.0.data.tags.0.name"]);
  });

  test("obeys the rule of each item", async () => {
    const allow = async (collection: string, action: string, condition: object | null = null) =>
      createRule(await world.ctx(), createRuleSchema.parse({ role: "authenticated", collection, action, condition }));
    const user = userOf("u1") as never;
    await allow("books", "create", { "tags.name": "open" });
    await allow("books", "read");
    await allow("tags", "read");
    expect(await codeOf(create("books", { name: "r", tags: [{ name: "open" }] }, user))).toEqual([
      "FORBIDDEN",
      undefined,
    ]);
    await allow("tags", "create");
    expect(await codeOf(create("books", { name: "r", tags: [{ name: "open" }] }, user))).toEqual([
      "FORBIDDEN",
      undefined,
    ]);
    await allow("books_tags", "create");
    expect(await codeOf(create("books", { name: "r", tags: [{ name: "shut" }] }, user))).toEqual([
      "FORBIDDEN",
      undefined,
    ]);
    expect(await create("books", { name: "r", tags: [{ name: "open" }] }, user)).toMatchObject({
      tags: [{ name: "open" }],
    });
  });
});
