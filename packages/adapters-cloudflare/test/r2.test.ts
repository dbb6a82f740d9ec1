import { afterAll, beforeAll, test } from "bun:test";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type CaseResult, fileStoreCases } from "@plinth/conformance";

/** The part of miniflare's API used here; the package is a dependency of the tests package. */
interface MiniflareLike {
  readonly ready: Promise<URL>;
  dispose(): Promise<void>;
}

const tests = createRequire(new URL("../../../tests/package.json", import.meta.url));
const { Miniflare } = tests("miniflare") as { Miniflare: new (options: unknown) => MiniflareLike };

let miniflare: MiniflareLike;

beforeAll(async () => {
  const { outputs } = await Bun.build({ entrypoints: [join(import.meta.dirname, "r2-suite.ts")], target: "browser" });
  const contents = await outputs[0]!.text();
  const manifest = { mainModule: "worker.js", modulesRoot: "/", modules: { "worker.js": { type: "esm", contents } } };
  const env = { FILES: { type: "r2", name: "files" } };
  miniflare = new Miniflare({ workers: [{ config: { name: "w", compatibilityDate: "2026-11-01", env, manifest } }] });
});
afterAll(() => miniflare.dispose());

/** Only the names are used here: the Worker runs the cases, with the binding itself. */
const cases = fileStoreCases({
  open: () => {
    throw new Error("not here");
  },
});

for (const { name } of cases) {
  test(name, async () => {
    const response = await fetch(new URL(`/?case=${encodeURIComponent(name)}`, await miniflare.ready));
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    const [result] = JSON.parse(text) as CaseResult[];
    if (!result?.ok) throw new Error(result?.error ?? "the Worker did not report this case");
  });
}
