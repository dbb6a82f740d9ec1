import { afterAll, beforeAll, expect, test } from "bun:test";
import { createRequire } from "node:module";
import { join } from "node:path";
import { busSuite } from "@plinth/conformance";
import { type ObjectNamespaceLike, objectBus, QUIET_MS } from "../src/index.ts";

/** The part of miniflare's API used here; the package is a dependency of the tests package. */
interface MiniflareLike {
  getDurableObjectNamespace(name: string): Promise<ObjectNamespaceLike>;
  dispose(): Promise<void>;
}

const tests = createRequire(new URL("../../../tests/package.json", import.meta.url));
const { Miniflare } = tests("miniflare") as { Miniflare: new (options: unknown) => MiniflareLike };

let miniflare: MiniflareLike;
let objects: ObjectNamespaceLike;

beforeAll(async () => {
  const { outputs } = await Bun.build({ entrypoints: [join(import.meta.dirname, "bus-object.ts")], target: "browser" });
  const contents = await outputs[0]!.text();
  const config = {
    name: "w",
    compatibilityDate: "2026-11-01",
    env: { OBJECTS: { type: "durable-object", worker: "w", exportName: "BusObject" } },
    exports: { BusObject: { type: "durable-object", storage: "sqlite" } },
    manifest: { mainModule: "worker.js", modulesRoot: "/", modules: { "worker.js": { type: "esm", contents } } },
  };
  miniflare = new Miniflare({ workers: [{ config }] });
  objects = await miniflare.getDurableObjectNamespace("OBJECTS");
});
afterAll(() => miniflare.dispose());

let opened = 0;
/** A separate bus for each case: its topics are new objects. */
function busOf(prefix: string) {
  const idFromName = (name: string) => objects.idFromName(`${prefix} ${name}`);
  return objectBus({ objects: { idFromName, get: (id) => objects.get(id) } });
}

busSuite({
  test,
  open: () => busOf(`case ${++opened}`),
  openAnother: () => busOf(`case ${opened}`),
});

test("an isolate asks again after a while whether anybody listens", async () => {
  let now = 0;
  let requests = 0;
  const counting: ObjectNamespaceLike = {
    idFromName: (name) => objects.idFromName(`counted ${name}`),
    get(id) {
      requests++;
      return objects.get(id);
    },
  };
  const bus = objectBus({ objects: counting, now: () => now });
  await bus.publish("a", "");
  await bus.publish("a", "");
  expect(requests).toBe(1);
  await bus.publish("a", "news");
  expect(requests).toBe(2);
  const heard = Promise.withResolvers<string>();
  const end = await bus.subscribe("a", heard.resolve);
  now += QUIET_MS;
  await bus.publish("a", "again");
  expect(await heard.promise).toBe("again");
  await end();
});
