import { assert, equal, failsWith } from "../assert.ts";
import type { SqlCase } from "./sql-case.ts";

export const connectionCases: SqlCase[] = [
  {
    name: "an idle connection is lost",
    breaks: true,
    async run(db, _another, breakConnection) {
      for (let round = 0; round < 3; round++) {
        await db.all("select 1 as one");
        await breakConnection!();
        equal(await soon(() => db.all("select 2 as two")), [{ two: 2 }], "afterwards");
        await soon(() => db.batch([["select 2 as two"], ["select 3 as three"]]));
      }
    },
  },
  {
    name: "a connection is lost under a statement and a batch",
    breaks: true,
    async run(db, _another, breakConnection) {
      const t = await db.table("id integer primary key");
      const insert = `insert into ${t} (id) values (?)`;
      const reading = db.all("select pg_sleep(20)");
      const writing = db.batch([[insert, 1], ["select pg_sleep(20)"], [insert, 2], [insert, 3]]);
      // A driver that did not hear the server's last words cannot know whether the batch was committed.
      const lost = failsWith(writing, "unavailable", "outcome_unknown");
      const failed = Promise.all([failsWith(reading, "unavailable"), lost]);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const start = Date.now();
      await breakConnection!();
      await failed;
      assert(Date.now() - start < 5000, "the failure took too long");
      equal(await soon(() => db.all(`select id from ${t}`)), [], "rows of the broken batch");
      await soon(() =>
        db.batch([
          [insert, 1],
          [insert, 2],
        ]),
      );
      equal(await db.all(`select id from ${t} order by id`), [{ id: 1 }, { id: 2 }], "the next batch");
    },
  },
  {
    name: "a closed driver refuses",
    closes: true,
    async run(db) {
      equal(await db.all("select 1 as one"), [{ one: 1 }], "before");
      await db.driver.close!();
      await db.driver.close!();
      await failsWith(db.all("select 1 as one"), "unavailable");
      await failsWith(db.run("select 1 as one"), "unavailable");
      await failsWith(db.batch([["select 1 as one"]]), "unavailable");
    },
  },
];

/** A call may find a dead connection. It must report that, and a call soon after must work. */
async function soon<T>(call: () => Promise<T>): Promise<T> {
  const start = Date.now();
  for (;;) {
    const [settled] = await Promise.allSettled([call()]);
    if (settled.status === "fulfilled") return settled.value;
    await failsWith(Promise.reject(settled.reason), "unavailable", "outcome_unknown");
    assert(Date.now() - start < 120_000, "no call has worked for two minutes");
  }
}
