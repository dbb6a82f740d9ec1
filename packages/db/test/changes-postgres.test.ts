import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openPostgresClient } from "@plinth/adapters-postgres/postgres-client";
import { postgresJs } from "@plinth/adapters-postgres/postgres-js";
import { type Change, DEFAULT_WORKSPACE_ID, type Row } from "@plinth/core";
import { people } from "@plinth/core/testing";
import { startPostgres } from "../../../tests/support/postgres.ts";
import { changesSuite, type LogWorld, openLogWorld, person } from "./changes-suite.ts";
import { NO_BINDINGS } from "./world.ts";

const postgres = await startPostgres();
afterAll(() => postgres?.stop());

if (!postgres) test.skip("everything — there is no Postgres here", () => {});
else {
  changesSuite("Postgres", async () => postgresJs({ url: await postgres.createDatabase("plinth_changes") }), 30);

  describe("the order of the log on Postgres", () => {
    let world: LogWorld;
    let url: string;
    beforeAll(async () => {
      url = await postgres.createDatabase("plinth_changes_order");
      world = await openLogWorld(postgresJs({ url }));
    });
    afterAll(() => world.driver.close!());

    /** A transaction that stays open; a batch of Plinth never does. */
    async function open() {
      const client = openPostgresClient({ url });
      const done = Promise.withResolvers<void>();
      const started = Promise.withResolvers<(sql: string) => Promise<unknown>>();
      const ended = client.begin(async (tx) => {
        await tx.unsafe("select pg_current_xact_id()");
        started.resolve((sql) => tx.unsafe(sql));
        await done.promise;
      });
      const run = await started.promise;
      const commit = async () => {
        done.resolve();
        await ended;
        await client.end();
      };
      return { run, commit };
    }
    const rows = (...list: Row[]) => [{ kind: "insert" as const, collection: people, rows: list }];
    const insertSql = (number: number) =>
      `insert into c_people (id, name, created_at, updated_at, version) values ('${person(number).id}', 'late', now(), now(), 1)`;
    const names = (changes: readonly Change[]) => changes.map((change) => change.item.slice(-2));

    test("who takes a number first and commits last is not skipped", async () => {
      const late = await open();
      await late.run(insertSql(1));
      await world.store.mutate(rows(person(2)), NO_BINDINGS);
      expect(await world.settledNews()).toEqual([]);
      await late.run(insertSql(3));
      await late.commit();
      // 01 and 03 have the older transaction; all three appear, once.
      expect(names(await world.news()).toSorted()).toEqual(["01", "02", "03"]);
      expect(await world.news()).toEqual([]);
    });

    test("an old transaction that waits for a row comes after the one that it waited for", async () => {
      const older = await open();
      const old = await open();
      const young = await open();
      await young.run(`update c_people set name = 'first' where id = '${person(1).id}'`);
      const waiting = old.run(`update c_people set name = 'second' where id = '${person(1).id}'`);
      await young.commit();
      await waiting;
      const last = older.run(`update c_people set name = 'third' where id = '${person(1).id}'`);
      await old.commit();
      await last;
      expect(await world.settledNews()).toEqual([]);
      await older.commit();
      const news = await world.news();
      expect(news.map((change) => [change.before!.name, change.after!.name])).toEqual([
        ["late", "first"],
        ["first", "second"],
        ["second", "third"],
      ]);
    });

    test("a reader beside forty writers gets each change once, and each item's in order", async () => {
      await world.news();
      const seen: { item: string; version: number }[] = [];
      let writing = true;
      const reading = (async () => {
        while (writing || seen.length < 2040) {
          for (const change of await world.settledNews())
            seen.push({ item: change.item, version: change.after!.version as number });
        }
      })();
      const ids = Array.from({ length: 40 }, (_, i) => person(i + 10).id as string);
      await world.store.mutate(rows(...ids.map((_, i) => person(i + 10))), NO_BINDINGS);
      const update = (one: string, other: string) =>
        world.driver.batch(
          [one, other].map((id) => ({
            sql: `update c_people set version = version + 1 where id = '${id}'`,
            params: [],
          })),
        );
      // Pairs in a fixed order: writers wait for items that others have locked, but never deadlock.
      const pick = () => ids[Math.floor(Math.random() * 40)]!;
      await Promise.all(
        ids.map(async () => {
          for (let i = 0; i < 25; i++) {
            const [one, other] = [pick(), pick()].toSorted();
            await update(one!, other!);
          }
        }),
      );
      writing = false;
      await reading;
      expect(seen.length).toBe(40 + 40 * 25 * 2);
      for (const id of ids) {
        const versions = seen.filter(({ item }) => item === id).map(({ version }) => version);
        expect(versions).toEqual(versions.map((_, i) => i + 1));
      }
    });

    test("truncate is in it", async () => {
      await world.driver.run({ sql: "truncate c_people cascade", params: [] });
      const news = await world.news();
      expect(news.length).toBe(43);
      expect(news.every((change) => change.operation === "delete" && change.after === null)).toBe(true);
      expect((await world.log.head(DEFAULT_WORKSPACE_ID)) === news.at(-1)!.position).toBe(true);
    });
  });
}
