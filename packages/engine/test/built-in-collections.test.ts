/** Built-in collections that are made by name, as a schema from another workspace names them. */
import { expect, test } from "bun:test";
import { memoryPglite } from "@plinth/adapters-postgres/testing";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { DEFAULT_WORKSPACE_ID, PlinthError, type SqlDriver } from "@plinth/core";
import { ensureUsersCollections } from "@plinth/db";
import {
  createCollectionSchema,
  describeCollection,
  makeCollection,
  type RequestContext,
  updateCollection,
  updateCollectionSchema,
} from "../src/index.ts";
import { bearer, openWorld } from "./identity-support.ts";

const ENGINES: readonly [string, () => SqlDriver][] = [
  ["SQLite", () => bunSqlite({ path: ":memory:" })],
  ["Postgres", memoryPglite],
];

async function openWorkspace(driver: SqlDriver): Promise<() => Promise<RequestContext>> {
  const world = await openWorld(driver);
  await ensureUsersCollections(driver, Date.now);
  const operator = await world.account("operator@example.com");
  return () => {
    world.engine.catalogs.forget(DEFAULT_WORKSPACE_ID);
    return world.ctx(bearer(operator));
  };
}

const make = async (ctx: () => Promise<RequestContext>, definition: object) =>
  makeCollection(await ctx(), createCollectionSchema.parse(definition));
const problem = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: unknown) => {
      if (!(error instanceof PlinthError)) throw error;
      return error.message;
    },
  );
const systems = async (ctx: () => Promise<RequestContext>) =>
  [...(await ctx()).catalog.collections.values()].map(({ slug, system }) => `${slug}:${system ?? "own"}`).sort();

test.each(ENGINES)(
  "a group is made whole, with fields, sets and relations of the workspace's own, on %s",
  async (_, open) => {
    const ctx = await openWorkspace(open());
    const own = [
      { name: "plan", type: "enum", values: ["free", "paid"], required: true, default: "free" },
      { name: "main_team", type: "relation", to: "organization_teams" },
      { name: "logo", type: "file" },
      { name: "papers", type: "files" },
    ];
    const definition = { slug: "organizations", system: "organizations", fields: own, indexes: [["plan", "name"]] };
    const { fields, system, indexes } = await make(ctx, definition);
    expect((fields as { name: string }[]).map(({ name }) => name)).toEqual([
      ...["name", "slug", "members", "teams"],
      ...["plan", "main_team", "logo", "papers"],
    ]);
    expect([system, indexes]).toEqual(["organizations", [["plan", "name"]]]);
    const { catalog } = await ctx();
    expect(await systems(ctx)).toEqual([
      "file_contents:file_contents",
      "files:files",
      "organization_members:organization_members",
      "organization_team_members:organization_team_members",
      "organization_teams:organization_teams",
      "organizations:organizations",
      "organizations_papers:own",
      "users:users",
    ]);
    expect(catalog.rules).toEqual([]);
    expect(await problem(make(ctx, definition))).toContain("organizations already exists; it is built in");
  },
);

test("what GET answers makes the same collection elsewhere", async () => {
  const one = await openWorkspace(bunSqlite({ path: ":memory:" }));
  const two = await openWorkspace(bunSqlite({ path: ":memory:" }));
  const caption = { name: "caption", type: "text" };
  const source = await make(one, { slug: "files", system: "files", fields: [caption], note: "Pictures" });
  const copy = await make(two, source);
  const { id: _id, created_at: _at, ...rest } = source;
  expect(copy).toMatchObject(rest as object);
  const contents = (ctx: RequestContext) => describeCollection(ctx.catalog.collections.get("file_contents")!);
  expect(contents(await two()).fields).toEqual(contents(await one()).fields);
});

test("what cannot be is refused by field, and leaves nothing", async () => {
  const ctx = await openWorkspace(bunSqlite({ path: ":memory:" }));
  const files = { slug: "files", system: "files" };
  for (const [definition, message] of [
    [{ ...files, slug: "papers" }, "slug: the built-in collection files has no other name"],
    [{ ...files, kind: "document" }, "kind: files is built in and managed"],
    [{ ...files, owner_scoped: true }, "owner_scoped: "],
    [{ ...files, fields: [{ name: "size", type: "text" }] }, "fields.0.name: size of files is built in"],
    [
      {
        ...files,
        fields: [
          { name: "size", type: "integer", required: true, min: 0 },
          { name: "a", type: "nothing" },
        ],
      },
      "fields.1.type",
    ],
    [{ ...files, fields: [{ name: "by", type: "relation", to: "nowhere" }] }, "fields.0.to: there is no collection"],
    [{ ...files, unique_together: [["bucket", "name"]] }, 'unique_together: must have ["bucket","path"]'],
    [{ slug: "people", system: "users" }, "users already exists; it is built in"],
  ] as const)
    expect([message, await problem(make(ctx, definition).catch(asRefusal))]).toEqual([
      message,
      expect.stringContaining(message),
    ]);
  expect(await systems(ctx)).toEqual(["users:users"]);
  await make(ctx, { slug: "organization_teams", fields: [] });
  expect(await problem(make(ctx, { slug: "organizations", system: "organizations" }))).toContain(
    "slug: the collection organization_teams already exists",
  );
  expect(await systems(ctx)).toEqual(["organization_teams:own", "users:users"]);
});

/** The request's schema refuses before the service does. */
function asRefusal(error: unknown): never {
  const { issues } = error as { issues?: { path: PropertyKey[] }[] };
  throw issues ? new PlinthError("VALIDATION", issues[0]!.path.join(".")) : error;
}

test("a change keeps the sets that a built-in collection has from the start", async () => {
  const ctx = await openWorkspace(bunSqlite({ path: ":memory:" }));
  const { fields } = await make(ctx, { slug: "files", system: "files" });
  const change = async (body: object) => updateCollection(await ctx(), "files", updateCollectionSchema.parse(body));
  expect(await problem(change({ unique_together: [] }))).toContain('unique_together: must have ["bucket","path"]');
  expect(await problem(change({ indexes: [["bucket", "size"]] }))).toContain('indexes: must have ["bucket","folder"');
  const caption = { name: "caption", type: "text" };
  const unique_together = [
    ["bucket", "path"],
    ["bucket", "caption"],
  ];
  // Built-in fields may be among them, as they are.
  expect(await change({ fields: [...(fields as object[]), caption], unique_together })).toMatchObject({
    unique_together,
    version: 2,
  });
});
