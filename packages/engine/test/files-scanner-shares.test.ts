/** Each workspace has its share of what scanners are asked at a time. */
import { expect, test } from "bun:test";
import { scanWaiting } from "../src/features/files/scanner/index.ts";
import { claimWaiting, insertUnaccepted, listDueWorkspaces } from "../src/features/files/scanner/repository.ts";
import { createWorkspace } from "../src/index.ts";
import { filesWorlds } from "./files-world.ts";
import { type LogDatabases, onEachDatabase, W } from "./log-world.ts";

await onEachDatabase("shares of a scanner", suite);

const HOUR_MS = 3_600_000;

function suite(kind: LogDatabases): void {
  const files = filesWorlds(kind);

  /** Two workspaces: the first has much that waits for longer than what the other one has. */
  async function open() {
    const world = await files();
    const now = world.engine.clock.now();
    const { id: other } = (await createWorkspace(await world.ctx(), { slug: "other", name: "Other" })) as {
      id: string;
    };
    const wait = (content: string, workspaceId: string, dueAt: number) =>
      world.driver.run(
        insertUnaccepted(world.driver, {
          content,
          workspaceId,
          file: content,
          opens: true,
          attempts: 0,
          dueAt,
          createdAt: 0,
        }),
      );
    for (let n = 0; n < 9; n++) await wait(`first-${n}`, W, now - 1000 + n);
    await wait("far", W, now + 9 * HOUR_MS);
    await wait("other", other, now - 1);
    return { ...world, now, other, wait };
  }

  test("are of those that have something due, the oldest of each first", async () => {
    const { driver, now, other, wait } = await open();
    const due = { now, latest: now + 10 * HOUR_MS, most: 3 };
    expect((await listDueWorkspaces(driver, due)).sort()).toEqual([W, other].sort());
    const claim = async (workspaceId: string, latest = due.latest) =>
      (await claimWaiting(driver, { ...due, latest, workspaceId, leaseUntil: now + HOUR_MS })).map(
        ({ content }) => content,
      );
    expect([await claim(other), await claim(other)]).toEqual([["other"], []]);
    expect(await listDueWorkspaces(driver, due)).toEqual([W]);
    const claimed = [await claim(W), await claim(W), await claim(W), await claim(W)];
    expect(claimed.map((some) => some.length)).toEqual([3, 3, 3, 0]);
    expect(claimed[0]!.sort()).toEqual(["first-0", "first-1", "first-2"]);
    // From before the clock was set back.
    await wait("far", W, now + 9 * HOUR_MS);
    const before = { ...due, latest: now + 8 * HOUR_MS };
    expect([await listDueWorkspaces(driver, before), await claim(W, before.latest)]).toEqual([[W], ["far"]]);
  });

  test("are asked for in one slice", async () => {
    const { engine, driver, other } = await open();
    await scanWaiting(engine, driver);
    const asked = await driver.all({
      sql: "select workspace_id, count(*) as n from plinth_files_unaccepted where attempts > 0 group by workspace_id",
      params: [],
    });
    expect(asked.map(({ workspace_id, n }) => [workspace_id, Number(n)]).sort()).toEqual(
      [
        [W, 2],
        [other, 1],
      ].sort(),
    );
  });
}
