import { beforeAll, expect, test } from "bun:test";
import { anonymous, DEFAULT_WORKSPACE_ID, type JsonObject, type Principal } from "@plinth/core";
import * as fc from "fast-check";
import {
  createItems,
  createRule,
  createRuleSchema,
  deleteItem,
  deleteRule,
  getItem,
  listRules,
  patchItem,
  simulate,
  simulateSchema,
} from "../src/index.ts";
import { openWorld, type World } from "./transfer-support.ts";

let world: World;
const ROWS = 12;
const taskId = (n: number): string => `00000000-0000-4000-8000-0000000001${String(n).padStart(2, "0")}`;
const teamId = (n: number): string => `00000000-0000-4000-8000-0000000000${String(n).padStart(2, "0")}`;
/** The caller described by `roles: ["authenticated"]`. */
const CALLER: Principal = { ...anonymous(DEFAULT_WORKSPACE_ID), kind: "user", roles: ["public", "authenticated"] };

beforeAll(async () => {
  world = await openWorld();
  await world.create({ slug: "teams", kind: "managed", fields: [{ name: "name", type: "text" }] } as never);
  await world.create({
    slug: "tasks",
    kind: "managed",
    fields: [
      { name: "title", type: "text" },
      { name: "n", type: "integer" },
      { name: "team", type: "relation", to: "teams" },
    ],
  } as never);
  const ctx = await world.ctx();
  await createItems(ctx, "teams", [
    { id: teamId(1), name: "p" },
    { id: teamId(2), name: "q" },
  ]);
  const rows = Array.from({ length: ROWS }, (_, i) => ({
    id: taskId(i),
    title: i % 2 ? "a" : "b",
    n: i % 3,
    team: i % 4 === 0 ? null : teamId((i % 2) + 1),
  }));
  await createItems(ctx, "tasks", rows);
});

const conditions = fc.constantFrom<JsonObject | null>(
  null,
  { title: "a" },
  { n: { _lt: 2 } },
  { n: { _gte: 1 } },
  { "team.name": "p" },
  { "team.name": { _neq: "p" } },
  { owner_id: "$user.id" },
  { _or: [{ title: "b" }, { "team.name": "q" }] },
);
const ruleOf = (action: string) =>
  fc.record({
    role: fc.constantFrom("public", "authenticated", "authenticated"),
    collection: fc.constantFrom("tasks"),
    action: fc.constant(action),
    effect: fc.constantFrom("allow", "allow", "allow", "deny"),
    condition: conditions,
    fields:
      action === "delete"
        ? fc.constant(null)
        : fc.constantFrom(null, null, ["title"], ["title", "n"], ["title", "n", "team", "owner_id"]),
    ...(action !== "delete" && { check: conditions }),
  });
const bodies = fc.record(
  {
    title: fc.constantFrom("a", "b", "c"),
    n: fc.constantFrom(0, 1, 2, null),
    team: fc.constantFrom(null, teamId(1), teamId(2)),
    owner_id: fc.constantFrom(null, "someone"),
  },
  { requiredKeys: [] },
);
const presets = fc.constantFrom(null, { title: "a" }, { n: 1 });

async function setRules(rules: readonly object[]): Promise<void> {
  for (const { id } of listRules(await world.ctx(), {}) as { id: string }[]) await deleteRule(await world.ctx(), id);
  // The same rule twice is refused.
  const texts = new Set(rules.map((rule) => JSON.stringify(rule)));
  for (const text of texts) await createRule(await world.ctx(), createRuleSchema.parse(JSON.parse(text)) as never);
}

const isDone = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    (error) => {
      if (error.status >= 500 || !error.status) throw error;
      return false;
    },
  );
const ask = async (input: object) =>
  (await simulate(
    await world.ctx(),
    simulateSchema.parse({ roles: ["authenticated"], collection: "tasks", ...input }),
  )) as unknown as { allowed: boolean; decision: string; deciding_rule: { effect: string } | null };

function expectSame(simulated: Awaited<ReturnType<typeof ask>>, done: boolean): void {
  expect(simulated.decision).toBe(done ? "allow" : "deny");
  expect(simulated.allowed).toBe(done);
  if (simulated.deciding_rule) expect(simulated.deciding_rule.effect).toBe(simulated.decision);
}

const RUNS = { numRuns: 60 };

test("a create is reported as it is done", async () => {
  const rule = fc
    .tuple(ruleOf("create"), presets)
    .map(([one, preset]) => (one.effect === "allow" ? { ...one, presets: preset } : one));
  await fc.assert(
    fc.asyncProperty(
      fc.array(rule, { minLength: 1, maxLength: 4 }),
      fc.array(bodies, { minLength: 1, maxLength: 3 }),
      async (rules, items) => {
        await setRules(rules);
        for (const item of items) {
          const simulated = await ask({ action: "create", item });
          expectSame(simulated, await isDone(createItems(await world.ctx(CALLER), "tasks", item)));
        }
      },
    ),
    RUNS,
  );
});

test("a change is reported as it is done, and the report changes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(ruleOf("update"), { minLength: 1, maxLength: 4 }),
      fc.array(fc.tuple(fc.nat(ROWS - 1), bodies), { minLength: 1, maxLength: 3 }),
      async (rules, changes) => {
        await setRules(rules);
        for (const [n, item] of changes) {
          const before = await getItem(await world.ctx(), "tasks", taskId(n));
          const simulated = await ask({ action: "update", id: taskId(n), item });
          expect(await getItem(await world.ctx(), "tasks", taskId(n))).toEqual(before);
          expectSame(simulated, await isDone(patchItem(await world.ctx(CALLER), "tasks", taskId(n), item)));
        }
      },
    ),
    RUNS,
  );
});

test("a deletion is reported as it is done, of a row that is there and of one that is described", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(ruleOf("delete"), { minLength: 1, maxLength: 4 }),
      bodies,
      async (rules, { owner_id, ...row }) => {
        await setRules(rules);
        const { id } = (await createItems(await world.ctx(), "tasks", row)) as { id: string };
        const described = await ask({ action: "delete", item: row });
        const simulated = await ask({ action: "delete", id });
        expect(described.decision).toBe(simulated.decision);
        expectSame(simulated, await isDone(deleteItem(await world.ctx(CALLER), "tasks", id)));
      },
    ),
    RUNS,
  );
});

test("what the database cannot have is left undecided", async () => {
  await setRules([
    { role: "public", collection: "tasks", action: "create", condition: null, check: { "team.name": { _neq: "p" } } },
    { role: "public", collection: "tasks", action: "read", condition: { "team.name": { _neq: "p" } } },
  ]);
  const item = { team: teamId(99) };
  for (const action of ["create", "read"])
    expect(await ask({ action, item })).toMatchObject({ allowed: false, decision: "undecided", deciding_rule: null });
  await expect(ask({ action: "create", item: { n: "many" } })).rejects.toMatchObject({ code: "VALIDATION" });
});
