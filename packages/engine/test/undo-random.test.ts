/** Random writes, then undo: the data are what they were. And the undo undone: they are what the writes made. */
import { expect, test } from "bun:test";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { FULL_ACCESS, type Json, type JsonObject, PlinthError, type Row } from "@plinth/core";
import {
  createCollection,
  createItems,
  deleteItem,
  deleteItems,
  FEATURES,
  migrate,
  patchItem,
  patchItems,
  type RequestContext,
  replaceItem,
  runBatch,
  undo,
  updateCollection,
} from "../src/index.ts";
import { openEngine } from "./log-world.ts";

const WORLDS = 25;
const ROUNDS = 12;
/** Statements of a batch: few, so that some undos are done in several slices. */
const FEW_STATEMENTS = 50;
const SLUGS = ["people", "books", "notes", "shelves"] as const;
type Slug = (typeof SLUGS)[number];

/** The same numbers for the same seed. */
function seeded(seed: number): (below: number) => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}

async function openWorld(maxBatch: number) {
  const sqlite = bunSqlite({ path: ":memory:" });
  await migrate(sqlite, Date.now, FEATURES);
  const driver = { ...sqlite, capabilities: { ...sqlite.capabilities, maxBatch } };
  const { ctx } = await openEngine(driver);
  await createCollection(await ctx(), {
    slug: "people",
    kind: "managed",
    fields: [
      { name: "name", type: "text", unique: true },
      { name: "born", type: "date" },
      { name: "boss", type: "relation", to: "people", on_delete: "set_null" },
      { name: "parent", type: "relation", to: "people", on_delete: "cascade" },
    ],
  });
  await createCollection(await ctx(), {
    slug: "books",
    kind: "managed",
    fields: [
      { name: "title", type: "text", required: true },
      { name: "price", type: "decimal", precision: 20, scale: 2 },
      { name: "facts", type: "json" },
      { name: "author", type: "relation", to: "people", on_delete: "cascade" },
      { name: "editor", type: "relation", to: "people" },
      { name: "sequel_of", type: "relation", to: "books" },
    ],
    unique_together: [["title", "author"]],
  });
  await createCollection(await ctx(), { slug: "notes", kind: "document", fields: [] });
  await createCollection(await ctx(), {
    slug: "shelves",
    kind: "managed",
    fields: [{ name: "label", type: "text" }],
  });
  const books = { name: "books", type: "relation_many", to: "books", through: "shelved" } as const;
  await updateCollection(await ctx(), "shelves", { fields: [{ ...books, via: "shelves", target: "books" }] });
  const base = await ctx();
  let requests = 0;
  const request = (): RequestContext => ({ ...base, requestId: `random-${++requests}` });
  const dump = async () => {
    const all: Record<string, JsonObject[]> = {};
    for (const [slug, collection] of base.catalog.collections) {
      const tree = { collection, policy: FULL_ACCESS, where: FULL_ACCESS.where, select: null, sort: [] };
      const { rows } = await base
        .source(collection)
        .store.find({ ...tree, limit: { value: 10_000 } }, { values: [], variables: base.variables } as never);
      all[slug] = rows
        .map(({ updated_at: _, version: __, ...row }: Row) => row as JsonObject)
        .toSorted((a, b) => String(a.id).localeCompare(String(b.id)));
    }
    return all;
  };
  return { driver, request, dump };
}

type World = Awaited<ReturnType<typeof openWorld>>;

function randomWriter(pick: (below: number) => number) {
  const ids: Record<Slug, string[]> = { people: [], books: [], notes: [], shelves: [] };
  const some = (slug: Slug): string => ids[slug][pick(ids[slug].length || 1)] ?? crypto.randomUUID();
  const maybe = (slug: Slug): Json => (pick(3) === 0 ? null : some(slug));
  const bodies: Record<Slug, () => JsonObject> = {
    people: () => ({
      name: pick(4) === 0 ? null : `n${pick(12)}`,
      ...(pick(2) && { born: `19${10 + pick(80)}-01-01` }),
      ...(pick(2) && { boss: maybe("people") }),
      ...(pick(3) === 0 && { parent: maybe("people") }),
    }),
    books: () => ({
      title: `t${pick(6)}`,
      ...(pick(2) && { price: `${pick(1000)}.${10 + pick(80)}` }),
      ...(pick(2) && { facts: { list: [pick(9), { $inc: pick(3) }], text: "$now" } }),
      ...(pick(2) && { author: maybe("people") }),
      ...(pick(2) && { editor: maybe("people") }),
      ...(pick(3) === 0 && { sequel_of: maybe("books") }),
      ...(pick(5) === 0 && { owner_id: `u${pick(3)}` }),
    }),
    notes: () => ({
      [`k${pick(4)}`]: [pick(9), { a: { b: pick(9) } }, "text", { a: pick(4) }][pick(4)] as Json,
      [`k${pick(4)}`]: pick(9),
    }),
    shelves: () => ({ label: `l${pick(9)}`, ...(pick(2) && { books: [some("books")] }) }),
  };
  const slugOf = (): Slug => SLUGS[pick(SLUGS.length)]!;
  const fresh = (slug: Slug): JsonObject => {
    const id = crypto.randomUUID();
    ids[slug].push(id);
    return { id, ...bodies[slug]() };
  };
  const operation = (): JsonObject => {
    const slug = slugOf();
    const kind = pick(5);
    if (kind < 2) return { op: "create", collection: slug, data: fresh(slug) };
    if (kind < 4) return { op: "update", collection: slug, id: some(slug), data: bodies[slug]() };
    return { op: "delete", collection: slug, id: some(slug) };
  };
  const writes: ((ctx: RequestContext) => Promise<unknown>)[] = [
    (ctx) => {
      const slug = slugOf();
      return createItems(ctx, slug, fresh(slug));
    },
    (ctx) => {
      const slug = slugOf();
      return createItems(
        ctx,
        slug,
        Array.from({ length: 1 + pick(3) }, () => fresh(slug)),
      );
    },
    (ctx) => {
      const slug = slugOf();
      return patchItem(ctx, slug, some(slug), bodies[slug]());
    },
    (ctx) => {
      const slug = slugOf();
      return replaceItem(ctx, slug, some(slug), bodies[slug]());
    },
    (ctx) => {
      const slug = slugOf();
      return deleteItem(ctx, slug, some(slug));
    },
    (ctx) => deleteItems(ctx, "books", { filter: { title: { _in: [`t${pick(6)}`, `t${pick(6)}`] } } }),
    (ctx) => deleteItems(ctx, "people", { filter: { name: { _in: [`n${pick(12)}`, `n${pick(12)}`] } } }),
    (ctx) => patchItems(ctx, "books", { filter: { title: `t${pick(6)}` } }, { price: "7.77", editor: maybe("people") }),
    (ctx) => runBatch(ctx, Array.from({ length: 1 + pick(4) }, operation) as never),
  ];
  /** One write, which may be refused. */
  return (ctx: RequestContext) =>
    writes[pick(writes.length)]!(ctx).catch((error: unknown) => {
      if (!(error instanceof PlinthError)) throw error;
    });
}

async function play(seed: number): Promise<void> {
  const isWhole = seed % 2 === 0;
  const world = await openWorld(isWhole ? 10_000 : FEW_STATEMENTS);
  const pick = seeded(seed);
  const write = randomWriter(pick);
  for (let i = 0; i < 25; i++) await write(world.request());
  for (let round = 0; round < ROUNDS; round++) await playRound(world, write, { pick, isWhole });
  await world.driver.close?.();
}

interface Round {
  readonly pick: (below: number) => number;
  /** Undone in one batch. */
  readonly isWhole: boolean;
}

async function playRound(world: World, write: ReturnType<typeof randomWriter>, { pick, isWhole }: Round) {
  const before = await world.dump();
  const requests: string[] = [];
  for (let i = 1 + pick(3); i > 0; i--) {
    const ctx = world.request();
    requests.push(ctx.requestId!);
    // A request of several batches, as an import is.
    for (let n = 1 + pick(5); n > 0; n--) await write(ctx);
  }
  const after = await world.dump();
  const undone = world.request();
  const plan = await undo(undone, { requests, dry_run: true }).catch((error: unknown) => {
    if (error instanceof PlinthError && error.code === "NOT_FOUND") return undefined;
    throw error;
  });
  expect(await world.dump()).toEqual(after);
  if (!plan) return expect(after).toEqual(before);
  const result = await undo(undone, { requests });
  expect(await world.dump()).toEqual(before);
  expect(result).toEqual({ ...plan, request_id: undone.requestId!, dry_run: false });
  if (isWhole) expect(result.atomic).toBe(true);
  const again = await undo(world.request(), { requests });
  expect([again.deleted, again.changed, again.restored]).toEqual([0, 0, 0]);
  if (result.deleted + result.changed + result.restored === 0) return expect(after).toEqual(before);
  await undo(world.request(), { request_id: undone.requestId! });
  expect(await world.dump()).toEqual(after);
}

test(`undo gives back what was there, and its own undo what was written: ${WORLDS * ROUNDS} random cases`, async () => {
  for (let seed = 1; seed <= WORLDS; seed++) {
    await play(seed).catch((error: unknown) => {
      throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
    });
  }
}, 300_000);
