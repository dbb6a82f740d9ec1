import { afterAll, beforeAll, test } from "bun:test";
import { createRequire } from "node:module";
import { sqlDriverSuite } from "@plinth/conformance";
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
  int64: false,
  open: () => d1({ database }),
  skip: { "a trigger's writes are not counted": "D1's `meta.changes` counts them: rely on `returning` there" },
});
