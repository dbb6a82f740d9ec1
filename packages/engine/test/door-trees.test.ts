/**
 * Selections of another protocol as trees: each test has one in PostgREST's syntax, its tree, and the answer. Nothing
 * is parsed here, as that protocol does not exist yet; the tree must be able to express each selection.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  type Aggregate,
  ALWAYS,
  type Condition,
  type Expansion,
  type FieldRef,
  type Find,
  FULL_ACCESS,
  not,
  type Output,
  type RelationRef,
  type Row,
  type SqlDriver,
} from "@plinth/core";
import { fullRelation } from "../src/access/relation-ref.ts";
import {
  createCollection,
  createCollectionSchema,
  createItems,
  type RequestContext,
  updateCollection,
  updateCollectionSchema,
} from "../src/index.ts";
import { expandRelated } from "../src/read/expansion.ts";
import { type LogDatabases, onEachDatabase, openEngine } from "./log-world.ts";

await onEachDatabase("selections as trees", suite);

const definitions = [
  { slug: "users", fields: [text("username"), { name: "data", type: "json" }, many("messages", "messages", "user")] },
  { slug: "channels", fields: [text("slug"), number("size"), many("details", "channel_details", "channel")] },
  { slug: "channel_details", fields: [text("details"), { ...one("channel", "channels"), unique: true }] },
  { slug: "messages", fields: [text("message"), number("nr"), one("user", "users"), one("channel", "channels")] },
];

function text(name: string) {
  return { name, type: "text" };
}
function number(name: string) {
  return { name, type: "integer" };
}
function one(name: string, to: string) {
  return { name, type: "relation", to };
}
function many(name: string, to: string, via: string) {
  return { name, type: "relation_many", to, via };
}

const id = (n: number): string => `00000000-0000-4000-8000-0000000000${n}`;

function suite(kind: LogDatabases): void {
  let driver: SqlDriver;
  let ctx: RequestContext;
  beforeAll(async () => {
    driver = (await kind.createMigrated())();
    const world = await openEngine(driver, { config: { maxScan: 1_000_000 } });
    // Lists refer to later collections, so they are added when all collections exist.
    for (const { slug, fields } of definitions) {
      const own = fields.filter((field) => field.type !== "relation_many");
      await createCollection(await world.ctx(), createCollectionSchema.parse({ slug, fields: own }));
    }
    for (const { slug, fields } of definitions) {
      const lists = { fields: fields.filter((field) => field.type === "relation_many") };
      if (lists.fields.length > 0) await updateCollection(await world.ctx(), slug, updateCollectionSchema.parse(lists));
    }
    const rows: Record<string, Row[]> = {
      users: [
        { id: id(10), username: "ada", data: { foo: { bar: { nested: 1 }, baz: "text" }, age: "36" } },
        { id: id(11), username: "bob", data: null },
      ],
      channels: [
        { id: id(20), slug: "public", size: 3 },
        { id: id(21), slug: "random", size: 5 },
      ],
      channel_details: [{ id: id(30), channel: id(20), details: "for all" }],
      messages: [
        { id: id(40), message: "a", nr: 1, user: id(10), channel: id(20) },
        { id: id(41), message: "b", nr: 2, user: id(10), channel: id(21) },
        { id: id(42), message: "c", nr: 3, user: id(10), channel: id(20) },
      ],
    };
    for (const [slug, items] of Object.entries(rows)) await createItems(await world.ctx(), slug, items);
    ctx = await world.ctx();
  });
  afterAll(() => driver.close?.());

  const collection = (slug: string) => ctx.catalog.collections.get(slug)!;
  const field = (slug: string, name: string) => collection(slug).byName.get(name)!;
  const relation = (slug: string, name: string): RelationRef => fullRelation(ctx.catalog, field(slug, name), name);
  const ref = (slug: string, name: string, path?: FieldRef["path"]): Output["ref"] => ({
    field: field(slug, name),
    ...(path && { path }),
  });
  const plain = (slug: string, name: string): Output => ({ as: name, ref: ref(slug, name) });
  const find = (slug: string, outputs: Output[], more: Partial<Find> = {}): Find => ({
    collection: collection(slug),
    policy: FULL_ACCESS,
    where: ALWAYS,
    select: [],
    outputs,
    sort: [{ ref: { field: field(slug, "id") }, direction: "asc" }],
    limit: { value: 100 },
    ...more,
  });
  const groups = (slug: string, more: Partial<Aggregate>): Aggregate => ({
    collection: collection(slug),
    policy: FULL_ACCESS,
    where: ALWAYS,
    groups: [],
    measures: [],
    having: ALWAYS,
    sort: [],
    limit: { value: 100 },
    ...more,
  });
  const under = (of: RelationRef) => ({ parentFilter: { relation: of, parents: { slot: 0 } } });
  const key = (slug: string, name: string, as: string): Output => ({ as, ref: ref(slug, name) });
  const expansion = (
    as: string,
    by: string,
    tree: Find | Aggregate,
    more: Partial<Expansion> = {},
    expansions: Expansion[] = [],
  ) => {
    const made: Expansion = {
      as,
      key: by,
      hidden: true,
      read: { tree, values: [[]], expansions },
      shape: "list",
      ...more,
    };
    return made;
  };
  async function read(tree: Find, expansions: Expansion[] = []): Promise<Row[]> {
    const { rows } = await ctx.source(tree.collection).store.find(tree, { values: [], variables: ctx.variables });
    await expandRelated(ctx, rows, expansions);
    return rows;
  }
  const some = (slug: string, name: string, where: Condition = ALWAYS): Condition => ({
    kind: "some",
    relation: relation(slug, name),
    where,
  });

  test("select=username,latest:messages(message,channels(slug))&latest.order=nr.desc&latest.limit=2", async () => {
    const channel = expansion(
      "channels",
      "$c",
      find("channels", [plain("channels", "slug")], under(relation("messages", "channel"))),
      { shape: "one" },
    );
    const sort = [{ ref: { field: field("messages", "nr") }, direction: "desc" as const }];
    const outputs = [plain("messages", "message"), key("messages", "channel", "$c")];
    const messages = find("messages", outputs, { sort, limit: { value: 2 }, ...under(relation("users", "messages")) });
    const tree = find("users", [plain("users", "username"), key("users", "id", "$m")]);
    expect(await read(tree, [expansion("latest", "$m", messages, {}, [channel])])).toEqual([
      {
        username: "ada",
        latest: [
          { message: "c", channels: { slug: "public" } },
          { message: "b", channels: { slug: "random" } },
        ],
      },
      { username: "bob", latest: [] },
    ]);
  });

  test("select=username,first:messages(nr),last:messages(nr): one relation twice, each with its own filter", async () => {
    const of = (op: "lt" | "gt"): Find => {
      const where: Condition = { kind: "compare", ref: ref("messages", "nr"), op, operand: { value: 2 } };
      return find("messages", [plain("messages", "nr")], { where, ...under(relation("users", "messages")) });
    };
    const tree = find("users", [plain("users", "username"), key("users", "id", "$a"), key("users", "id", "$b")]);
    expect(await read(tree, [expansion("first", "$a", of("lt")), expansion("last", "$b", of("gt"))])).toEqual([
      { username: "ada", first: [{ nr: 1 }], last: [{ nr: 3 }] },
      { username: "bob", first: [], last: [] },
    ]);
  });

  test("select=username,messages!inner()&messages.nr=gt.2, its count, and messages=is.null", async () => {
    const where = some("users", "messages", {
      kind: "compare",
      ref: ref("messages", "nr"),
      op: "gt",
      operand: { value: 2 },
    });
    const bindings = { values: [], variables: ctx.variables };
    const tree = find("users", [plain("users", "username")], { where });
    expect(await read(tree)).toEqual([{ username: "ada" }]);
    expect(await ctx.source(tree.collection).store.count(tree, bindings)).toBe(1);
    const without = find("users", [plain("users", "username")], { where: not(some("users", "messages")) });
    expect(await read(without)).toEqual([{ username: "bob" }]);
  });

  test("select=username,data->foo->bar,data->foo->>baz,years:data->>age::int", async () => {
    const outputs: Output[] = [
      plain("users", "username"),
      { as: "bar", ref: ref("users", "data", ["foo", "bar"]) },
      { as: "baz", ref: ref("users", "data", ["foo", "baz"]), cast: "text" },
      { as: "years", ref: ref("users", "data", ["age"]), cast: "integer" },
    ];
    expect(await read(find("users", outputs))).toEqual([
      { username: "ada", bar: { nested: 1 }, baz: "text", years: 36 },
      { username: "bob", bar: null, baz: null, years: null },
    ]);
  });

  test("select=message,...channels(slug,...channel_details(details)): spread, to one and of a list", async () => {
    const details = expansion(
      "channel_details",
      "$d",
      find("channel_details", [plain("channel_details", "details")], under(relation("channels", "details"))),
      { shape: "one", spread: ["details"] },
    );
    const channels = find(
      "channels",
      [plain("channels", "slug"), key("channels", "id", "$d")],
      under(relation("messages", "channel")),
    );
    const spread = expansion("channels", "$c", channels, { shape: "one", spread: ["slug", "details"] }, [details]);
    expect(
      await read(find("messages", [plain("messages", "message"), key("messages", "channel", "$c")]), [spread]),
    ).toEqual([
      { message: "a", slug: "public", details: "for all" },
      { message: "b", slug: "random", details: null },
      { message: "c", slug: "public", details: "for all" },
    ]);
    const nrs = find("messages", [plain("messages", "nr")], under(relation("users", "messages")));
    const tree = find("users", [plain("users", "username"), key("users", "id", "$m")]);
    expect(await read(tree, [expansion("messages", "$m", nrs, { spread: ["nr"] })])).toEqual([
      { username: "ada", nr: [1, 2, 3] },
      { username: "bob", nr: [] },
    ]);
  });

  test("select=username,messages(count), also where there are none", async () => {
    const count = groups("messages", {
      measures: [{ name: "count", fn: "count" }],
      ...under(relation("users", "messages")),
    });
    const tree = find("users", [plain("users", "username"), key("users", "id", "$m")]);
    expect(await read(tree, [expansion("messages", "$m", count, { shape: "one", nothing: { count: 0 } })])).toEqual([
      { username: "ada", messages: { count: 3 } },
      { username: "bob", messages: { count: 0 } },
    ]);
  });

  test("select=channels(size.sum(),...channel_details(details)): groups inside an expansion of one item", async () => {
    const details: FieldRef = {
      field: field("channel_details", "details"),
      through: [relation("channels", "details")],
      aggregate: "max",
    };
    const sums = groups("channels", {
      groups: [{ name: "details", ref: details }],
      measures: [{ name: "sum", fn: "sum", ref: ref("channels", "size"), cast: "text" }],
      ...under(relation("messages", "channel")),
    });
    const tree = find("messages", [key("messages", "channel", "$c")]);
    expect(await read(tree, [expansion("channels", "$c", sums, { shape: "one" })])).toEqual([
      { channels: { details: "for all", sum: "3" } },
      { channels: { details: null, sum: "5" } },
      { channels: { details: "for all", sum: "3" } },
    ]);
  });

  test("select=channel(slug),nr.sum(): an expansion of the rows of an aggregate", async () => {
    const tree = groups("messages", {
      groups: [{ name: "$c", ref: ref("messages", "channel") }],
      measures: [{ name: "sum", fn: "sum", ref: ref("messages", "nr") }],
      sort: [{ name: "sum", direction: "desc" }],
    });
    const { rows } = await ctx.source(tree.collection).store.aggregate(tree, { values: [], variables: ctx.variables });
    const slug = find("channels", [plain("channels", "slug")], under(relation("messages", "channel")));
    await expandRelated(ctx, rows, [expansion("channel", "$c", slug, { shape: "one" })]);
    expect(rows).toEqual([
      { sum: 4, channel: { slug: "public" } },
      { sum: 2, channel: { slug: "random" } },
    ]);
  });
}
