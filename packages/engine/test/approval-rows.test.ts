/** Approvals as rows, on every engine: whose they are, and that asking twice takes nothing away. */
import { expect, test } from "bun:test";
import { type SqlDriver, uuidv7 } from "@plinth/core";
import {
  type ApprovalRow,
  decideQueries,
  decisionsOf,
  deleteEarlierApprovals,
  insertApprovalQueries,
  isApprover,
  listApprovalRows,
} from "../src/features/flows/approvals/repository.ts";
import { enqueueJob, enqueueSchema, postEventSchema, postJobEvent } from "../src/index.ts";
import { type LogDatabases, onEachDatabase, openEngine, W } from "./log-world.ts";

await onEachDatabase("rows of approvals", suite);

const USER = "user:0193a2b4-0000-7000-8000-000000000001";
const LIST = { limit: 10, before: undefined, state: undefined, run: undefined, flow: undefined };

function suite(kind: LogDatabases): void {
  async function open() {
    const { driver, ctx } = await openEngine((await kind.createMigrated())());
    const job = await enqueueJob(await ctx(), enqueueSchema.parse({ queue: "q", name: "run" }));
    const { id: jobId } = job as { id: string };
    const now = Date.now();
    const ask = async (names: readonly string[]) => {
      const row: ApprovalRow = {
        ...{ id: uuidv7(now), workspaceId: W, jobId, flow: "ship", path: "ok", title: null, question: "Ship it?" },
        ...{ details: "null", needs: 2, createdAt: now, expiresAt: now + 60_000 },
        ...{ decided: 0, outcome: null, decidedAt: null },
      };
      const queries = insertApprovalQueries(driver, row, { approvers: names, links: [] });
      await driver.batch(queries);
      return row;
    };
    return { driver, ctx, now, ask };
  }

  test("those who are named find it, whatever else they are called", async () => {
    const { driver, now, ask } = await open();
    const { id } = await ask(["role:manager", 'address:o\'neil "x"@example.com']);
    const found = async (...names: string[]) => {
      const rows = await listApprovalRows(driver, W, { ...LIST, names, now });
      const one = await isApprover(driver, { id, workspaceId: W }, names);
      expect(one).toBe(rows.length === 1);
      return one;
    };
    const many = Array.from({ length: 300 }, (_, i) => `role:r${i}`);
    expect(await found(USER, ...many, "role:manager")).toBe(true);
    expect(await found('address:o\'neil "x"@example.com')).toBe(true);
    expect(await found(USER, ...many, "role:manage")).toBe(false);
    expect(await found()).toBe(false);
  });

  test("a server that asks once more, as it has lost its run, keeps what was decided", async () => {
    const { driver, now, ask } = await open();
    const earlier = await ask([USER]);
    const row = await ask([USER]);
    const mine = { approvalId: row.id, workspaceId: W, person: USER, decision: "approve", comment: "", via: "api" };
    await driver.batch(
      decideQueries(driver, { ...mine, createdAt: now }, { before: 0, outcome: null, moved: "moved" }),
    );
    const again = [
      deleteEarlierApprovals(driver, row),
      ...insertApprovalQueries(driver, row, { approvers: [], links: [] }),
    ];
    const failed = await driver.batch(again).then(
      () => false,
      () => true,
    );
    expect(failed).toBe(true);
    expect((await decisionsOf(driver, [row.id])).get(row.id)).toHaveLength(1);
    await driver.run(deleteEarlierApprovals(driver, row));
    const left = await listApprovalRows(driver, W, { ...LIST, names: undefined, now });
    expect(left.map(({ id }) => id)).toEqual([row.id]);
    expect(earlier.id).not.toBe(row.id);
  });

  test("an event is stored although it cannot be delivered at once", async () => {
    const { driver, ctx } = await open();
    const broken = failingAfterWrite(driver);
    const event = await postJobEvent(
      { ...(await ctx()), driver: broken },
      postEventSchema.parse({ name: "paid", key: "7" }),
    );
    expect(event).toMatchObject({ name: "paid", key: "7" });
  });
}

/** Fails all that comes after the first write. */
function failingAfterWrite(driver: SqlDriver): SqlDriver {
  let writes = 0;
  const once =
    <A extends unknown[], R>(work: (...args: A) => R | Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (writes++ > 0) throw new Error("The database is away.");
      return work(...args);
    };
  return {
    ...driver,
    all: once(driver.all.bind(driver)),
    run: once(driver.run.bind(driver)),
    batch: once(driver.batch.bind(driver)),
  } as SqlDriver;
}
