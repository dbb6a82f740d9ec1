import { beforeEach, describe, expect, test } from "bun:test";
import {
  acquireLock,
  createCollection,
  createCollectionSchema,
  createKey,
  createRole,
  createRule,
  createRuleSchema,
  deleteRole,
  type HeldLock,
  listKeys,
  listRoles,
  publishMessage,
  type RequestContext,
  releaseKey,
  revokeKey,
  updateRule,
} from "../src/index.ts";
import { bearer, codeOf, openWorld, type World } from "./identity-support.ts";

let world: World;
let operator: string;

beforeEach(async () => {
  world = await openWorld();
  operator = await world.account("operator@example.com");
});

const answerFor = (data: unknown) => ({ status: 201, etag: null, body: JSON.stringify({ data }) });
const ask = async (key: string) => {
  const ctx = await world.ctx(bearer(operator));
  return { ctx, acquired: await acquireLock(ctx, { key, hash: "h" }) };
};
/** A request's context once its key is locked. */
const held = async (key: string): Promise<RequestContext & { lock: HeldLock }> => {
  const { ctx, acquired } = await ask(key);
  if (!("lock" in acquired)) throw new Error("not locked");
  return { ...ctx, lock: { ...acquired.lock, answerFor: answerFor } };
};
/** The answer to the next request with the key. */
const storedBy = async (key: string) => {
  const { acquired } = await ask(key);
  if (!("answer" in acquired)) throw new Error("not answered");
  return acquired.answer;
};
const revision = async () =>
  (await world.driver.all({ sql: "select revision from plinth_workspaces where slug = 'default'", params: [] }))[0]!
    .revision as number;
const kept = () => world.driver.all({ sql: "select * from plinth_idempotency", params: [] });

describe("a write beside items, under a key", () => {
  test("leaves its answer in its own batch: a process that dies right after it has answered the next one", async () => {
    const role = await createRole(await held("role"), { name: "editor" });
    expect(await storedBy("role")).toEqual({ status: 201, etag: null, body: JSON.stringify({ data: role }) });
    const message = await publishMessage(await held("message"), "room", "said", 1);
    expect((await storedBy("message")).body).toBe(JSON.stringify({ data: message }));
    expect(await world.driver.all({ sql: "select event from plinth_messages", params: [] })).toHaveLength(1);
  });

  test("that died before its batch is done by the process that takes over, and by nobody else", async () => {
    const late = await held("late");
    const before = await revision();
    world.pass(16_000);
    const next = await held("late");
    expect(await codeOf(() => createRole(late, { name: "late" }))).toBe("CONFLICT");
    expect(await codeOf(() => publishMessage(late, "room", "said", 1))).toBe("CONFLICT");
    expect(await revision()).toBe(before);
    await createRole(next, { name: "late" });
    expect(await revision()).toBe(before + 1);
    expect((await listRoles(next)).filter(({ name }) => name === "late")).toHaveLength(1);
    expect(await world.driver.all({ sql: "select event from plinth_messages", params: [] })).toEqual([]);
  });

  test("that is refused as its batch runs leaves nothing behind, and its key free", async () => {
    const refusals: [string, (ctx: RequestContext) => Promise<unknown>][] = [
      ["NOT_FOUND", (ctx) => deleteRole(ctx, "nobody")],
      ["NOT_FOUND", (ctx) => revokeKey(ctx, "nothing")],
      ["CONFLICT", (ctx) => createRole(ctx, { name: "public" })],
    ];
    const before = await revision();
    for (const [code, work] of refusals) {
      const ctx = await held("refused");
      expect(await codeOf(() => work(ctx))).toBe(code as never);
      await releaseKey(ctx, ctx.lock);
    }
    expect(await revision()).toBe(before);
    expect(await kept()).toEqual([]);
  });

  test("finds in its batch what another process deleted a moment ago", async () => {
    const rule = { role: "public", collection: "*", action: "read" } as const;
    const { id } = await createRule(await world.ctx(bearer(operator)), createRuleSchema.parse(rule));
    const stale = await world.ctx(bearer(operator));
    await world.driver.run({ sql: "delete from plinth_rules", params: [] });
    expect(await codeOf(() => updateRule(stale, id, { effect: "deny" }))).toBe("NOT_FOUND");
  });

  test("is repeated as it was, whatever its text looks like", async () => {
    const fields = [{ name: "data", type: "json" }];
    const things = createCollectionSchema.parse({ slug: "things", fields });
    await createCollection(await world.ctx(bearer(operator)), things);
    const presets = { data: { $row: ["things", "1"], $upserted: [] } };
    const rule = { role: "public", collection: "things", action: "create", presets };
    const made = await createRule(await held("rule"), createRuleSchema.parse(rule));
    expect(JSON.parse((await storedBy("rule")).body)).toEqual({ data: made });
    expect(made.presets).toEqual(presets);
  });
});

describe("a new API key, under a key", () => {
  test("is stored nowhere, and a repeated request gets it again", async () => {
    const made = await createKey(await held("key"), { name: "server", kind: "secret" });
    for (const { name } of await world.driver.all({
      sql: "select name from sqlite_master where type = 'table'",
      params: [],
    })) {
      const rows = await world.driver.all({ sql: `select * from "${name}"`, params: [] });
      expect(JSON.stringify(rows)).not.toContain(made.key.slice(12));
    }
    expect((await kept())[0]!.body).toMatch(/^sealed:/);
    expect(JSON.parse((await storedBy("key")).body)).toEqual({ data: made });
    expect((await listKeys(await world.ctx({ apikey: made.key }), { limit: 50 })).data).toHaveLength(1);
  });

  test("is encrypted for its own row alone", async () => {
    await createKey(await held("one"), { name: "one", kind: "secret" });
    const [{ body }] = (await kept()) as [{ body: string }];
    await createKey(await held("two"), { name: "two", kind: "secret" });
    await world.driver.run({ sql: "update plinth_idempotency set body = ?1", params: [body] });
    expect(JSON.parse((await storedBy("one")).body).data.name).toBe("one");
    expect(await codeOf(() => storedBy("two"))).toBe("CONFLICT");
  });
});
