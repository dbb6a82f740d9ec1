import { expect, test } from "bun:test";
import { createItems, newBudget, patchItem } from "../src/index.ts";
import { syncAnswer } from "../src/realtime/sync/index.ts";
import { Replica } from "./sync-replica.ts";
import { openWorld } from "./transfer-support.ts";

/** Two shapes whose rows take ten times what one answer may. */
const ROWS = 20;
const ROW_CHARS = 20_000;
const MAX_BYTES = 80_000;
const SHAPES = new Map([
  ["first", { collection: "files" }],
  ["second", { collection: "files", filter: { version: { _gt: 0 } } }],
]);

async function openFiles() {
  const world = await openWorld();
  await world.create({ slug: "files", fields: [{ name: "text", type: "text", max_length: ROW_CHARS }] } as never);
  const { engine } = await world.ctx();
  const row = () => ({ text: "x".repeat(ROW_CHARS) });
  for (let i = 0; i < ROWS; i++) await createItems({ ...(await world.ctx()), requestId: `r${i}` }, "files", row());
  engine.config.maxAnswerBytes = MAX_BYTES;
  return {
    async pull(after: string | undefined) {
      const ctx = await world.ctx();
      const answer = await syncAnswer(
        { ...ctx, budget: newBudget(engine.config, ctx.now) },
        { shapes: SHAPES, after, limit: 1000 },
      );
      expect(answer.errors).toBeUndefined();
      expect(JSON.stringify(answer).length).toBeLessThan(MAX_BYTES * 1.2);
      return answer;
    },
    async touch() {
      for (const { id } of await world.list("files", { limit: 100, fields: "id" })) {
        await patchItem({ ...(await world.ctx()), requestId: `u${id}` }, "files", String(id), row());
      }
    },
  };
}

test("answers with large rows stay within the bytes of one answer, and reach the end", async () => {
  const files = await openFiles();
  const replica = new Replica();
  const pull = async (): Promise<number> => {
    for (let answers = 1; ; answers++) {
      const answer = await files.pull(replica.after);
      replica.apply(answer);
      if (!answer.more) return answers;
    }
  };
  expect(await pull()).toBeGreaterThan(5);
  expect([...replica.shapes].map(([name, rows]) => [name, rows.size])).toEqual([
    ["first", ROWS],
    ["second", ROWS],
  ]);
  await files.touch();
  expect(await pull()).toBeGreaterThan(5);
  for (const rows of replica.shapes.values())
    expect([...rows.values()].every(({ version }) => version === 2)).toBe(true);
});

test("more changes than a filter over relations can follow begin a snapshot, which ends", async () => {
  const world = await openWorld();
  await world.create({ slug: "teams", fields: [{ name: "open", type: "boolean" }] } as never);
  const team = { name: "team", type: "relation", to: "teams" };
  await world.create({ slug: "tasks", fields: [team, { name: "n", type: "integer" }] } as never);
  const write = async (slug: string, rows: object) =>
    createItems({ ...(await world.ctx()), requestId: crypto.randomUUID() }, slug, rows as never);
  await write("teams", { open: true });
  const [{ id }] = (await world.list("teams")) as [{ id: string }];
  const shapes = new Map([["tasks", { collection: "tasks", filter: { "team.open": true } }]]);
  const replica = new Replica();
  const begun: string[] = [];
  const pull = async (): Promise<void> => {
    for (let more = true; more; ) {
      const answer = await syncAnswer(await world.ctx(), { shapes, after: replica.after, limit: 100 });
      const { begin } = answer.snapshots?.tasks ?? {};
      if (begin) begun.push(begin);
      replica.apply(answer);
      ({ more } = answer);
    }
  };
  await write("tasks", { n: 0, team: id });
  await pull();
  for (let piece = 1; piece <= 7; piece++) {
    await write(
      "tasks",
      Array.from({ length: 100 }, (_, i) => ({ n: 100 * piece + i, team: i % 2 === 0 ? id : null })),
    );
  }
  await pull();
  expect(begun).toEqual(["new", "many"]);
  expect(replica.rows("tasks").size).toBe(351);
});

test("shapes wait for the next answer where those before them have no rows, but took its time", async () => {
  const world = await openWorld();
  await world.create({ slug: "tasks", fields: [{ name: "n", type: "integer" }] } as never);
  const { engine } = await world.ctx();
  const { all } = world.driver;
  world.driver.all = async (query) => {
    if (query.sql.includes("tasks")) world.pass(engine.config.statementTimeoutMs + 1);
    return all(query);
  };
  const shapes = new Map([1, 2, 3].map((n) => [`n${n}`, { collection: "tasks", filter: { n } }]));
  const replica = new Replica();
  let answers = 0;
  for (let more = true; more; answers++) {
    const ctx = await world.ctx();
    const budget = newBudget(engine.config, engine.clock.now());
    const answer = await syncAnswer({ ...ctx, budget }, { shapes, after: replica.after });
    expect(answer.errors).toBeUndefined();
    replica.apply(answer);
    ({ more } = answer);
  }
  expect(answers).toBe(3);
});
