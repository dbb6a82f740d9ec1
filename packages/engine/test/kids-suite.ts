import { afterAll, beforeAll, describe } from "bun:test";
import { postgresJs } from "@plinth/adapters-postgres/postgres-js";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import type { Json, SqlDriver } from "@plinth/core";
import { startPostgres } from "../../../tests/support/postgres.ts";
import { listItems, type RequestContext } from "../src/index.ts";
import { openKids } from "./kids.ts";
import { listIn } from "./texts.ts";
import type { World } from "./transfer-support.ts";

/** The families and their kids, read under a query cost limit. */
export interface Kids {
  ctx(): Promise<RequestContext>;
  contextWith(maxScan: number): Promise<RequestContext>;
  /** The list, or the error. */
  lists(maxScan: number, slug: string, parameters: { readonly [name: string]: Json }): Promise<unknown>;
}

/** Runs the tests on SQLite and on Postgres, in a database of that name. */
export async function kidsSuite(database: string, tests: (kids: Kids) => void): Promise<void> {
  const postgres = await startPostgres();
  afterAll(() => postgres?.stop());
  suiteOn("SQLite", async () => bunSqlite({ path: ":memory:" }), tests);
  if (postgres) suiteOn("Postgres", async () => postgresJs({ url: await postgres.createDatabase(database) }), tests);
}

function suiteOn(engine: string, open: () => Promise<SqlDriver>, tests: (kids: Kids) => void): void {
  describe(engine, () => {
    let world: World;
    beforeAll(async () => {
      world = await openKids(await open());
    });
    afterAll(() => world.driver.close?.());

    const contextWith = async (maxScan: number): Promise<RequestContext> => {
      const ctx = await world.ctx();
      return { ...ctx, engine: { ...ctx.engine, config: { ...ctx.engine.config, maxScan } } };
    };
    tests({
      ctx: () => world.ctx(),
      contextWith,
      lists: async (maxScan, slug, parameters) =>
        listItems(await contextWith(maxScan), slug, listIn(parameters)).catch((error: unknown) => error),
    });
  });
}

export const refused = (message: string, details: object = {}) => ({ code: "LIMIT_EXCEEDED", message, details });
