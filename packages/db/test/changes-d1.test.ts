import { afterAll, beforeAll } from "bun:test";
import { createRequire } from "node:module";
import { type D1Like, d1 } from "@plinth/adapters-cloudflare";
import { changesSuite } from "./changes-suite.ts";

const tests = createRequire(new URL("../../../tests/package.json", import.meta.url));
interface MiniflareLike {
  getD1Database(name: string): Promise<D1Like>;
  dispose(): Promise<void>;
}
const { Miniflare } = tests("miniflare") as { Miniflare: new (options: unknown) => MiniflareLike };

const worker = { type: "esm", contents: "export default { fetch: () => new Response() }" };
const manifest = { mainModule: "worker.js", modulesRoot: "/", modules: { "worker.js": worker } };
const config = { name: "w", compatibilityDate: "2026-11-01", env: { DB: { type: "d1", id: "test" } }, manifest };
let miniflare: MiniflareLike;

beforeAll(() => {
  miniflare = new Miniflare({ workers: [{ config }] });
});
afterAll(() => miniflare.dispose());

changesSuite("D1", async () => d1({ database: await miniflare.getD1Database("DB") }), 10);
