import { beforeAll, describe, expect, test } from "bun:test";
import { DataError, type DataErrorKind, type Json, type JsonObject } from "@plinth/core";
import { createItems, runBatch } from "../src/index.ts";
import { openWorld, type World } from "./transfer-support.ts";

let world: World;
const A = "00000000-0000-4000-8000-00000000000a";
const B = "00000000-0000-4000-8000-00000000000b";

beforeAll(async () => {
  world = await openWorld();
  await world.create({
    slug: "accounts",
    kind: "managed",
    fields: [
      { name: "name", type: "text", unique: true, required: true },
      { name: "balance", type: "decimal", min: "0" },
    ],
  } as never);
  await world.create({
    slug: "entries",
    kind: "managed",
    fields: [
      { name: "account", type: "relation", to: "accounts", required: true },
      { name: "note", type: "text" },
    ],
  } as never);
  await createItems(await world.ctx(), "accounts", [
    { id: A, name: "a", balance: "10.00" },
    { id: B, name: "b", balance: "0.00" },
  ]);
});

const batch = async (...operations: JsonObject[]) => (await runBatch(await world.ctx(), operations as never)).data;
const refusal = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => ({ code: "NONE", details: {} }),
    (e) => e,
  );
  return [error.code, error.details?.operation, error.details?.field];
};
const move = (from: string, to: string, by: string): JsonObject[] => [
  { op: "update", collection: "accounts", id: from, data: { balance: { $inc: `-${by}` } } },
  { op: "update", collection: "accounts", id: to, data: { balance: { $inc: by } } },
];
const balances = async () => (await world.list("accounts", { sort: "name", limit: 2 })).map((row) => row.balance);

describe("a batch", () => {
  test("writes all, and later operations use earlier ones", async () => {
    const result = await batch(
      { op: "create", collection: "accounts", data: { name: "c", balance: "1" } },
      { op: "create", collection: "entries", data: { account: { $ref: "ops.0.id" }, note: { $ref: "ops.0.name" } } },
      { op: "update", collection: "accounts", id: { $ref: "ops.0.id" }, data: { name: "cc" }, if_version: 1 },
      { op: "guard", collection: "entries", filter: { "account.name": "cc" }, exists: true },
      { op: "guard", collection: "entries", filter: {}, count: { _eq: 1 } },
      { op: "delete", collection: "entries", id: { $ref: "ops.1.id" } },
      { op: "upsert", collection: "accounts", data: { name: "cc", balance: 5 }, on_conflict: ["name"] },
    );
    const [made, entry, changed, held, , deleted, merged] = result as JsonObject[];
    expect(entry).toMatchObject({ account: made!.id!, note: "c" });
    expect(changed).toMatchObject({ id: made!.id!, name: "cc", version: 2 });
    expect(held).toEqual({ guard: true });
    expect(deleted).toEqual({ id: entry!.id! });
    expect(merged).toMatchObject({ id: made!.id!, balance: "5.00", version: 3 });
  });

  test("or nothing", async () => {
    const create = { op: "create", collection: "accounts", data: { name: "x" } };
    const cases: [JsonObject, Json[]][] = [
      [
        { op: "create", collection: "accounts", data: { name: "a" } },
        ["UNIQUE_VIOLATION", 1, "operations.1.data.name"],
      ],
      [{ op: "create", collection: "accounts", data: { nope: 1 } }, ["UNKNOWN_FIELD", 1, "operations.1.data.nope"]],
      [
        { op: "create", collection: "entries", data: { account: "00000000-0000-4000-8000-0000000000ff" } },
        ["REFERENCE_NOT_FOUND", 1, "operations.1.data.account"],
      ],
      [
        { op: "create", collection: "entries", data: { account: { $ref: "ops.1.id" } } },
        ["VALIDATION", 1, "operations.1.data.account.$ref"],
      ],
      [
        { op: "update", collection: "accounts", id: A, data: { balance: { $inc: "-100" } } },
        ["VALIDATION", 1, "operations.1.data.balance"],
      ],
      [{ op: "update", collection: "accounts", id: A, data: { name: "q" }, if_version: 9 }, ["PRECONDITION_FAILED", 1]],
      [{ op: "delete", collection: "accounts", id: "00000000-0000-4000-8000-0000000000ff" }, ["ITEM_NOT_FOUND", 1]],
      [{ op: "guard", collection: "accounts", filter: { name: "a" }, exists: false }, ["CONFLICT", 1, "operations.1"]],
      [{ op: "guard", collection: "nope", exists: false }, ["COLLECTION_NOT_FOUND", 1, "operations.1.collection"]],
      [{ op: "guard", collection: "accounts", count: { _gte: 100 } }, ["CONFLICT", 1, "operations.1"]],
      [{ op: "guess", collection: "accounts" }, ["VALIDATION", 1, "operations.1.op"]],
    ];
    for (const [operation, expected] of cases) {
      const error = await refusal(batch(create, operation));
      expect(error.slice(0, expected.length)).toEqual(expected as never);
    }
    expect((await world.list("accounts")).length).toBe(3);
  });

  test("moves money by many hands at once", async () => {
    const moves = Array.from({ length: 30 }, (_, i) => batch(...(i % 3 ? move(A, B, "1.00") : move(B, A, "0.50"))));
    const done = await Promise.allSettled(moves);
    const refused = done.filter((one) => one.status === "rejected");
    for (const one of refused) expect((one as PromiseRejectedResult).reason.code).toBe("VALIDATION");
    const [a, b] = await balances();
    expect(Number(a) + Number(b)).toBe(10);
    expect(Number(a) >= 0 && Number(b) >= 0).toBe(true);
  });
});

describe("a database that fails during a batch", () => {
  const kinds: DataErrorKind[] = [
    "unavailable",
    "outcome_unknown",
    "disk_full",
    "read_only",
    "damaged",
    "busy",
    "time_limit",
  ];
  test.each(kinds)("%s is not what a guard, or anything else in it, refuses", async (kind) => {
    const ctx = await world.ctx();
    const { driver } = world;
    const { batch: works } = driver;
    for (const statementIndex of [undefined, 0, 1]) {
      driver.batch = () => Promise.reject(new DataError(kind, statementIndex === undefined ? {} : { statementIndex }));
      const guard = { op: "guard", collection: "accounts", filter: { id: A }, exists: true };
      const error = await runBatch(ctx, [guard, ...move(A, B, "1")] as never).catch((e: unknown) => e);
      driver.batch = works;
      const code = kind === "outcome_unknown" ? "OUTCOME_UNKNOWN" : "UNAVAILABLE";
      expect(error).toMatchObject({ code });
      expect((error as { details?: JsonObject }).details?.operation).toBeUndefined();
    }
  });
});
