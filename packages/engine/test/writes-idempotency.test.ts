import { beforeAll, describe, expect, test } from "bun:test";
import {
  acquireLock,
  createEngine,
  createItems,
  FEATURES,
  type RequestContext,
  releaseKey,
  runBatch,
  saveAnswer,
  upsertItems,
} from "../src/index.ts";
import { openWorld, userOf, type World } from "./transfer-support.ts";

const NAMES = { on_conflict: ["name"] };
let world: World;

beforeAll(async () => {
  world = await openWorld();
  await world.create({ slug: "notes", kind: "managed", fields: [{ name: "text", type: "text" }] } as never);
  await world.create({
    slug: "tags",
    kind: "managed",
    fields: [{ name: "name", type: "text", unique: true }],
  } as never);
});

const at = async (key: string, hash = "h", later = 0, principal = undefined as never) => {
  const ctx = await world.ctx(principal);
  const moved: RequestContext = { ...ctx, now: ctx.now + later };
  return { ctx: moved, result: acquireLock(moved, { key, hash }) };
};
const held = async (key: string) => {
  const { ctx, result } = await at(key);
  const acquired = await result;
  if (!("lock" in acquired)) throw new Error("not locked");
  return { scope: { ...ctx, lock: acquired.lock }, lock: acquired.lock };
};
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "NONE",
    (error) => error.code,
  );
const count = async (text: string) => (await world.list("notes")).filter((row) => row.text === text).length;

describe("an idempotency key", () => {
  test("is locked once, and gives its answer to later requests", async () => {
    const { scope, lock } = await held("one");
    expect(await codeOf((await at("one")).result)).toBe("CONFLICT");
    expect(await codeOf((await at("one", "other")).result)).toBe("VALIDATION");
    await createItems(scope, "notes", { text: "one" });
    const answer = { status: 201, etag: '"1"', body: '{"data":1}' };
    expect(await saveAnswer(scope, lock.id, answer)).toEqual(answer);
    expect(await (await at("one")).result).toMatchObject({ answer });
    expect(await saveAnswer(scope, lock.id, { ...answer, body: "second" })).toEqual(answer);
    expect(await codeOf((await at("one", "other")).result)).toBe("VALIDATION");
  });

  test("of a dead process is free after its lease, also if the clock was set back meanwhile", async () => {
    await held("back");
    const HOUR = 3_600_000;
    expect(await codeOf((await at("back", "h", -HOUR)).result)).toBe("CONFLICT");
    expect(await codeOf((await at("back", "h", -HOUR + 14_000)).result)).toBe("CONFLICT");
    expect(await (await at("back", "h", -HOUR + 15_500)).result).toHaveProperty("lock");
  });

  test("belongs to one principal", async () => {
    await held("two");
    const { result } = await at("two", "h", 0, userOf("u1") as never);
    expect("lock" in (await result)).toBe(true);
  });

  test("is free again after a refusal", async () => {
    const { scope, lock } = await held("three");
    expect(await codeOf(createItems(scope, "notes", { nope: 1 }))).toBe("UNKNOWN_FIELD");
    await releaseKey(scope, lock);
    expect("lock" in (await (await at("three")).result)).toBe(true);
  });

  test("is taken over when its holder has died, and who comes back late writes nothing", async () => {
    const { scope } = await held("four");
    const { ctx: next, result } = await at("four", "h", 16_000);
    const taken = await result;
    if (!("lock" in taken)) throw new Error("not taken over");
    expect(await codeOf(createItems(scope, "notes", { text: "four" }))).toBe("CONFLICT");
    await createItems({ ...next, lock: taken.lock }, "notes", { text: "four" });
    expect(await count("four")).toBe(1);
  });

  test("answers from what was done when the answer was never kept", async () => {
    const { scope } = await held("five");
    const row = (await createItems(scope, "notes", { text: "five" })) as { id: string };
    const again = await (await at("five")).result;
    if (!("answer" in again)) throw new Error("not answered");
    expect(again.answer).toEqual({
      status: 201,
      etag: expect.stringMatching(/^"1-/) as string,
      body: JSON.stringify({ data: row }),
    });
    expect(await count("five")).toBe(1);
  });

  test.each([
    ["inserted", NAMES, [{ name: "a" }], 201, ["inserted"]],
    ["updated", NAMES, { name: "a" }, 200, ["updated"]],
    ["both", NAMES, [{ name: "a" }, { name: "b" }], 201, ["updated", "inserted"]],
    ["the same twice", NAMES, [{ name: "c" }, { name: "c" }], 201, ["inserted", "updated"]],
    [
      "ignored",
      { ...NAMES, resolution: "ignore" as const },
      [{ name: "d" }, { name: "a" }],
      201,
      ["inserted", "ignored"],
    ],
  ])("counts again what an upsert did whose answer was never kept: %s", async (key, input, body, status, results) => {
    const { scope } = await held(key);
    const first = await upsertItems(scope, "tags", input, body);
    expect(first.meta.results as string[]).toEqual(results);
    const again = await (await at(key)).result;
    if (!("answer" in again)) throw new Error("not answered");
    expect(again.answer.status).toBe(status);
    expect(JSON.parse(again.answer.body)).toEqual(first);
  });

  test("tells again what a batch's upserts did", async () => {
    const { scope } = await held("batch");
    const upsert = (name: string) => ({ op: "upsert", collection: "tags", data: { name }, ...NAMES }) as const;
    const first = await runBatch(scope, [
      upsert("e"),
      { op: "guard" as const, collection: "tags", filter: {}, exists: true },
      upsert("e"),
    ]);
    expect(first.meta).toEqual({ results: ["inserted", null, "updated"] });
    const again = await (await at("batch")).result;
    if (!("answer" in again)) throw new Error("not answered");
    expect(JSON.parse(again.answer.body).meta).toEqual(first.meta);
  });

  test("is forgotten after a day", async () => {
    await held("six");
    const day = 25 * 3_600_000;
    expect("lock" in (await (await at("six", "other", day)).result)).toBe(true);
    const { ctx } = await at("seven");
    const clock = { now: () => ctx.now + 2 * day };
    await createEngine({ ...ctx.engine, clock, features: FEATURES }).scheduler.tick(
      { ...ctx.engine, clock },
      ctx.driver,
    );
    expect("lock" in (await (await at("six", "third")).result)).toBe(true);
  });

  test("is kept for as long as the setting says", async () => {
    const { lock, scope } = await held("offline");
    await saveAnswer(scope, lock.id, { status: 200, etag: null, body: "{}" });
    const { config } = scope.engine;
    const day = 25 * 3_600_000;
    config.idempotencyKeepHours = 48;
    expect(await codeOf((await at("offline", "other", day)).result)).toBe("VALIDATION");
    expect("answer" in (await (await at("offline", "h", day)).result)).toBe(true);
    expect("lock" in (await (await at("offline", "other", 2 * day)).result)).toBe(true);
    config.idempotencyKeepHours = 24;
  });
});
