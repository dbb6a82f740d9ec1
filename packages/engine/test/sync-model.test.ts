import { expect, test } from "bun:test";
import { type JsonObject, PlinthError, type Principal, variablesOf } from "@plinth/core";
import { seeded } from "../../../tests/contract/random-filters.ts";
import {
  builtInSource,
  createItems,
  createRule,
  createRuleSchema,
  deleteField,
  deleteItem,
  listItems,
  patchItem,
  type RequestContext,
  runBatch,
  updateCollection,
  updateCollectionSchema,
  updateRule,
  updateRuleSchema,
} from "../src/index.ts";
import { type ShapeInput, type SyncAnswer, syncAnswer } from "../src/realtime/sync/index.ts";
import { Replica } from "./sync-replica.ts";
import { openWorld, userOf } from "./transfer-support.ts";

/** Random histories: at every moment when a copy is up to date, it is what lists show its owner. */

const SEEDS = Number(process.env.PLINTH_TEST_SYNC_SEEDS ?? 2);
const STEPS = 60;
const SHAPES: [string, ShapeInput][] = [
  ["posts", { collection: "posts", filter: { rank: { _lt: 8 } } }],
  ["titles", { collection: "posts", fields: ["title"] }],
  ["comments", { collection: "comments", filter: { "post.team.open": true } }],
  ["valid", { collection: "posts", filter: { until: { _gt: "$now" } }, fields: ["until"] }],
];
const POST_RULES: JsonObject[] = [
  { condition: { rank: { _gt: 2 } } },
  { condition: { "team.open": true } },
  { condition: { _or: [{ owner_id: "$user.id" }, { "team.name": { _in: ["a", "b"] } }] } },
  { condition: null, fields: ["title", "rank", "team", "until"] },
  { condition: { until: { _gt: "$now" } } },
];
const COMMENT_RULES: JsonObject[] = [
  { condition: null },
  { condition: { "post.rank": { _gt: 4 } } },
  { condition: { text: "never" } },
];

async function openModel(seed: number) {
  const world = await openWorld();
  const random = seeded(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;
  await world.create({
    slug: "teams",
    fields: [
      { name: "name", type: "text" },
      { name: "open", type: "boolean" },
    ],
  } as never);
  await world.create({
    slug: "posts",
    fields: [
      { name: "title", type: "text" },
      { name: "rank", type: "integer" },
      { name: "secret", type: "text" },
      { name: "until", type: "timestamp" },
      { name: "team", type: "relation", to: "teams", on_delete: "set_null" },
    ],
  } as never);
  await world.create({
    slug: "comments",
    fields: [
      { name: "text", type: "text" },
      { name: "post", type: "relation", to: "posts", on_delete: "cascade" },
    ],
  } as never);
  const admin = async (): Promise<RequestContext> => ({ ...(await world.ctx()), requestId: crypto.randomUUID() });
  const rule = async (collection: string, more: JsonObject): Promise<string> => {
    const text = { role: "authenticated", collection, action: "read", ...more };
    return String((await createRule(await admin(), createRuleSchema.parse(text))).id);
  };
  await rule("teams", {});
  const rules = { posts: await rule("posts", POST_RULES[0]!), comments: await rule("comments", COMMENT_RULES[0]!) };
  let time = Date.now();
  let user: Principal = userOf("01890a5d-ac96-774b-bcce-b302099a8057");
  const ids = async (slug: string): Promise<string[]> => (await world.list(slug)).map(({ id }) => String(id));
  const post = async (): Promise<JsonObject> => ({
    title: `t${below(100)}`,
    rank: below(12),
    secret: "classified",
    until: new Date(time + (below(20) - 8) * 1000).toISOString(),
    team: pick([...(await ids("teams")), null]),
    ...(below(3) === 0 && { owner_id: user.id! }),
  });
  const some = async (slug: string, work: (id: string) => Promise<unknown>): Promise<void> => {
    const all = await ids(slug);
    if (all.length > 0) await work(pick(all));
  };
  const steps: (() => Promise<unknown>)[] = [
    async () => createItems(await admin(), "posts", await post()),
    async () => createItems(await admin(), "posts", [await post(), await post(), await post()]),
    async () =>
      createItems(await admin(), "comments", { text: pick(["a", "never"]), post: pick(await ids("posts")) ?? null }),
    async () => createItems(await admin(), "teams", { name: pick(["a", "b", "c"]), open: below(2) === 0 }),
    () => some("posts", async (id) => patchItem(await admin(), "posts", id, await post())),
    () => some("posts", async (id) => patchItem(await admin(), "posts", id, { secret: `classified ${below(9)}` })),
    () => some("posts", async (id) => deleteItem(await admin(), "posts", id)),
    () =>
      some("comments", async (id) =>
        patchItem(await admin(), "comments", id, { post: pick(await ids("posts")) ?? null }),
      ),
    () => some("comments", async (id) => deleteItem(await admin(), "comments", id)),
    () =>
      some("teams", async (id) =>
        patchItem(await admin(), "teams", id, { open: below(2) === 0, name: pick(["a", "b", "c"]) }),
      ),
    () => (below(3) === 0 ? some("teams", async (id) => deleteItem(await admin(), "teams", id)) : Promise.resolve()),
    () =>
      some("posts", async (id) => {
        const operations = [
          { op: "update", collection: "posts", id, data: { rank: below(12) } },
          { op: "create", collection: "comments", data: { text: "b", post: id } },
          { op: "create", collection: "teams", data: { name: "c", open: true } },
        ];
        return runBatch(await admin(), operations as never);
      }),
    async () => {
      time += below(3000);
    },
  ];
  const rare: (() => Promise<unknown>)[] = [
    async () => updateRule(await admin(), rules.posts, updateRuleSchema.parse({ fields: null, ...pick(POST_RULES) })),
    async () => updateRule(await admin(), rules.comments, updateRuleSchema.parse(pick(COMMENT_RULES))),
    async () => {
      user = {
        ...user,
        roles: user.roles.includes("editor") ? ["authenticated", "public"] : ["authenticated", "public", "editor"],
      };
    },
    async () => {
      const fields = [{ name: `extra${below(1e6)}`, type: "text", default: "x" }];
      await updateCollection(await admin(), "posts", updateCollectionSchema.parse({ fields }));
    },
    async () => {
      const extra = (await admin()).catalog.collections
        .get("posts")!
        .fields.find(({ name }) => name.startsWith("extra"));
      if (extra) await deleteField(await admin(), "posts", extra.name, extra.name);
    },
    async () => {
      const { engine, driver, now } = await admin();
      await builtInSource(engine, driver).log.trim({ before: now - 1e9, rows: below(10), pass: 1000 });
    },
  ];
  /** A list is read at the time of the answer with which it is compared. */
  const reader = async (): Promise<RequestContext> => ({
    ...(await world.ctx(user)),
    now: time,
    variables: variablesOf(user, time),
  });
  return {
    step: () => (below(12) === 0 ? pick(rare) : pick(steps))(),
    below,
    reader,
    async shown(name: string): Promise<Map<string, JsonObject> | null> {
      const { collection, filter, fields } = new Map(SHAPES).get(name)!;
      const kept = (row: JsonObject): JsonObject =>
        fields
          ? Object.fromEntries(Object.entries(row).filter(([key]) => ["id", "version", ...fields].includes(key)))
          : row;
      try {
        const { data } = await listItems(await reader(), collection, { filter, limit: 1000 });
        return new Map((data as JsonObject[]).map((row) => [String(row.id), kept(row)]));
      } catch (error) {
        if (error instanceof PlinthError) return null;
        throw error;
      }
    },
  };
}

type Model = Awaited<ReturnType<typeof openModel>>;

async function pull(model: Model, replica: Replica): Promise<SyncAnswer> {
  const shapes = new Map(SHAPES);
  const request = { shapes, after: replica.after, limit: 1 + model.below(model.below(2) === 0 ? 3 : 40) };
  const answer = await syncAnswer(await model.reader(), request);
  // The answer may be lost on the way: the reader asks again for the same.
  if (model.below(5) > 0) replica.apply(answer);
  return answer;
}

/** Plain objects, in the order of their names. */
const plain = (rows: ReadonlyMap<string, JsonObject> | null) =>
  Object.fromEntries(
    [...(rows ?? [])]
      .sort()
      .map(([id, row]) => [id, Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))]),
  );

async function mustShow(model: Model, replica: Replica, about: string): Promise<void> {
  for (const [name] of SHAPES)
    expect({ about, name, rows: plain(replica.rows(name)) }).toEqual({
      about,
      name,
      rows: plain(await model.shown(name)),
    });
}

test("a copy that is up to date is what lists show", async () => {
  const first = Number(process.env.PLINTH_TEST_SYNC_SEED ?? 1);
  for (let seed = first; seed < first + SEEDS; seed++) {
    const model = await openModel(seed);
    const replica = new Replica();
    for (let step = 0; step < STEPS; step++) {
      await model.step();
      for (let pulls = model.below(4); pulls > 0; pulls--) {
        const { next, more } = await pull(model, replica);
        if (!more && replica.after === next) await mustShow(model, replica, `seed ${seed}, step ${step}`);
      }
    }
    for (let pulls = 0, done = false; !done; pulls++) {
      const { next, more } = await pull(model, replica);
      done = !more && replica.after === next;
      if (pulls > 500) throw new Error(`seed ${seed}: the copy is never up to date`);
    }
    await mustShow(model, replica, `seed ${seed}, at the end`);
  }
});
