import { afterAll, beforeAll, expect, test } from "bun:test";
import { createRequire } from "node:module";
import { sqlDriverSuite } from "@plinth/conformance";
import { PlinthError, recover } from "@plinth/core";
import { type D1Like, d1 } from "../src/index.ts";

/** The part of miniflare's API used here; the package is a dependency of the tests package. */
interface MiniflareLike {
  getD1Database(name: string): Promise<D1Like>;
  dispose(): Promise<void>;
}

const tests = createRequire(new URL("../../../tests/package.json", import.meta.url));
const { Miniflare } = tests("miniflare") as { Miniflare: new (options: unknown) => MiniflareLike };

const manifest = {
  mainModule: "worker.js",
  modulesRoot: "/",
  modules: { "worker.js": { type: "esm", contents: "export default { fetch: () => new Response() }" } },
};
const env = { DB: { type: "d1", id: "test" } };
let miniflare: MiniflareLike;
let database: D1Like;

beforeAll(async () => {
  miniflare = new Miniflare({ workers: [{ config: { name: "w", compatibilityDate: "2026-11-01", env, manifest } }] });
  database = await miniflare.getD1Database("DB");
});
afterAll(() => miniflare.dispose());

sqlDriverSuite({
  test,
  dialect: "sqlite",
  open: () => d1({ database }),
  skip: {
    "integers beyond 2^53": "D1 has no such integers: it refuses them",
    "integers beyond 2^53 by returning": "D1 has no such integers: it refuses them",
    "a trigger's writes are not counted": "D1's `meta.changes` counts them: rely on `returning` there",
  },
});

test("integers beyond 2^53 are refused before they are sent", async () => {
  const driver = d1({ database });
  for (const value of [2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)]) {
    const refusal = await recover<unknown>(
      () => driver.all({ sql: "select ? as v", params: [value] }),
      (error) => error,
    );
    expect(refusal).toBeInstanceOf(PlinthError);
    expect((refusal as PlinthError).code).toBe("UNSUPPORTED_BY_ADAPTER");
  }
});
