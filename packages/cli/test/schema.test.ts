import { expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { schemaIn } from "./schema-in.ts";
import { dataOf, serverForTests } from "./server.ts";

const { server, write } = serverForTests();
const inFolder = (name: string) => join(server.folder, name);

const workspace = (slug: string) => schemaIn(server, slug);

/** Circles, both sides of a relation, a relation over a junction, users, and what refers to fields. */
const SCHEMA = {
  collections: [
    {
      slug: "books",
      kind: "managed",
      fields: [
        { name: "title", type: "text", required: true },
        { name: "author", type: "relation", to: "authors", on_delete: "restrict" },
        { name: "reviewer", type: "relation", to: "users" },
        { name: "sequel_of", type: "relation", to: "books" },
        { name: "tags", type: "relation_many", to: "tags", through: "book_tags", via: "book", target: "tag" },
      ],
      unique_together: [["title", "author"]],
      default_sort: "title",
    },
    {
      slug: "authors",
      kind: "managed",
      fields: [
        { name: "name", type: "text", unique: true },
        { name: "books", type: "relation_many", to: "books", via: "author" },
        { name: "best", type: "relation", to: "books" },
      ],
    },
    {
      slug: "book_tags",
      kind: "managed",
      fields: [
        { name: "book", type: "relation", to: "books", on_delete: "cascade" },
        { name: "tag", type: "relation", to: "tags", on_delete: "cascade" },
      ],
    },
    { slug: "tags", kind: "managed", fields: [{ name: "label", type: "text" }] },
    { slug: "events", kind: "document", fields: [] },
  ],
  roles: [{ name: "editor", description: "Corrects books" }],
  rules: [
    { role: "public", collection: "books", action: ["read"], fields: ["title"] },
    { role: "public", collection: "books", action: "read", effect: "deny", condition: { title: "secret" } },
    { role: "editor", collection: "books", action: ["create", "update"], check: { title: { _null: false } } },
  ],
};

test("a schema goes from a file to a server, back, and to another one, unchanged", async () => {
  await write("schema.json", JSON.stringify(SCHEMA));
  const one = await workspace("one");
  const differs = await one(["diff", inFolder("schema.json")]);
  expect([differs.code, differs.err]).toEqual([1, ""]);
  expect(differs.out).toContain("+ role editor\n+ collection books: title, author, reviewer, sequel_of, tags\n");
  expect(differs.out).toContain('+ rule public deny read books: {"condition":{"title":"secret"}}\n');
  const pushed = await one(["push", inFolder("schema.json"), "--yes"]);
  expect([pushed.code, pushed.out]).toEqual([0, "10 changes made.\n"]);
  expect((await one(["diff", inFolder("schema.json")])).out).toBe("The server has what is in the file.\n");
  const pulled = await one(["pull", inFolder("pulled.json")]);
  expect(pulled.out).toMatch(/^6 collections, 1 roles, 4 rules written to /);
  const two = await workspace("two");
  expect((await two(["push", inFolder("pulled.json"), "--yes"])).code).toBe(0);
  await two(["pull", inFolder("again.json")]);
  const sorted = async (name: string) => {
    const { collections, ...rest } = JSON.parse(await readFile(inFolder(name), "utf8")) as typeof SCHEMA;
    const fields = collections.map((collection) => ({
      ...collection,
      fields: collection.fields.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    }));
    return { ...rest, collections: fields.toSorted((a, b) => (a.slug < b.slug ? -1 : 1)) };
  };
  expect(await sorted("again.json")).toEqual(await sorted("pulled.json"));
});

test("a list of files needs no more than its type, and what the server adds to it is no difference", async () => {
  const fields = [{ name: "pages", type: "files", max_count: 9 }];
  await write("listed.json", JSON.stringify({ collections: [{ slug: "albums", kind: "managed", fields }] }));
  const listed = await workspace("listed");
  expect((await listed(["push", inFolder("listed.json"), "--yes"])).code).toBe(0);
  expect((await listed(["diff", inFolder("listed.json")])).out).toBe("The server has what is in the file.\n");
});

test("changes are shown, asked for, and made; what goes needs --delete", async () => {
  const base = { slug: "films", kind: "managed" };
  const title = { name: "title", type: "text" };
  const year = { name: "year", type: "integer" };
  const rule = { role: "public", collection: "films", action: "read" };
  const three = await workspace("three");
  await write(
    "old.json",
    JSON.stringify({
      collections: [
        { ...base, fields: [title, year] },
        { ...base, slug: "gone", fields: [] },
      ],
      rules: [rule],
    }),
  );
  expect((await three(["push", inFolder("old.json"), "--yes"])).code).toBe(0);
  const narrow = { ...rule, fields: ["title"] };
  const now = {
    collections: [
      {
        ...base,
        fields: [
          { ...title, unique: true },
          { name: "seen", type: "boolean" },
        ],
        default_sort: "title",
      },
    ],
    rules: [narrow],
  };
  await write("new.json", JSON.stringify(now));
  const push = ["push", inFolder("new.json")];
  const unasked = await three(push);
  expect([unasked.code, unasked.err]).toEqual([2, expect.stringContaining("give --yes")]);
  expect(await three(push, ["n"])).toMatchObject({ code: 0, out: "" });
  const made = await three(push, ["y"]);
  const shown =
    "~ field films.title: unique none → true\n+ field films.seen: boolean\n" +
    '~ collection films: default_sort none → "title"\n' +
    '+ rule public allow read films: {"fields":["title"]}\n- rule public allow read films: {}\n';
  expect([made.code, made.err]).toEqual([0, `${shown}Make these changes? [y/N] `]);
  const rest = await three(["diff", inFolder("new.json"), "--delete", "--json"]);
  expect(dataOf(rest.out)).toEqual({
    changes: [
      { change: "delete", kind: "field", name: "films.year" },
      { change: "delete", kind: "collection", name: "gone" },
    ],
    impossible: [],
  });
  expect((await three([...push, "--delete", "--yes"])).code).toBe(0);
  expect((await three(["diff", inFolder("new.json"), "--delete"])).code).toBe(0);
});

test("a push that is refused halfway says that the changes before are made", async () => {
  const half = await workspace("half");
  const name = { name: "name", type: "text" };
  const shelves = { slug: "shelves", fields: [name] };
  const books = { slug: "books", fields: [name, { name: "shelf", type: "relation", to: "shelves" }] };
  await write("whole.json", JSON.stringify({ collections: [shelves, books] }));
  expect((await half(["push", inFolder("whole.json"), "--yes"])).code).toBe(0);
  await write("half.json", JSON.stringify({ collections: [books] }));
  const push = ["push", inFolder("half.json"), "--delete", "--yes"];
  const untouched = await half(push);
  expect([untouched.code, untouched.err]).toEqual([2, expect.not.stringContaining("are made")]);
  await write("half.json", JSON.stringify({ collections: [{ ...books, note: "Read" }] }));
  const refused = await half(push);
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("The changes before this one are made")]);
});

test("what no request can do is said before anything is changed", async () => {
  const four = await workspace("four");
  const films = (type: string) =>
    JSON.stringify({ collections: [{ slug: "films", fields: [{ name: "year", type }] }] });
  await write("text.json", films("text"));
  await four(["push", inFolder("text.json"), "--yes"]);
  await write("integer.json", films("integer"));
  const refused = await four(["push", inFolder("integer.json"), "--yes"]);
  const message = 'Nothing was changed. type of films.year cannot change from "text" to "integer".\n';
  expect([refused.code, refused.err]).toEqual([2, message]);
  for (const [text, reason] of [
    ["[]", "collections is missing"],
    ['{"colections": []}', "colections is no part of a schema"],
    ['{"collections": {}}', "collections expects a list"],
    ['{"collections": [{"fields": []}]}', "collections.0.slug expects a text"],
    ['{"collections": [{"slug": "a"}]}', "collections.0.fields expects a list of fields"],
    ['{"collections": [], "roles": [{}]}', "roles.0.name expects a text"],
    ["{", "is no JSON"],
  ] as const) {
    await write("bad.json", text);
    const bad = await four(["push", inFolder("bad.json"), "--yes"]);
    expect([text, bad.code, bad.err]).toEqual([text, 2, expect.stringContaining(reason)]);
  }
});
