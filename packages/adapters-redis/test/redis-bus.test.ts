import { afterAll, expect, test } from "bun:test";
import { busSuite } from "@plinth/conformance";
import { until } from "@plinth/core/testing";
import { startRedis } from "../../../tests/support/redis.ts";
import { redisBus } from "../src/redis-bus.ts";

const redis = await startRedis();
afterAll(() => redis?.stop());

if (!redis) test.skip("everything — there is no redis-server here", () => {});
else {
  const open = () => redisBus({ url: redis.url });

  busSuite({ test, open, openAnother: open });

  test("a server that comes back is heard again, and every listener reads the log", async () => {
    const bus = open();
    const heard: string[] = [];
    await bus.subscribe("a", (message) => heard.push(message));
    await bus.publish("a", "before");
    await redis.kill();
    await expect(bus.publish("a", "lost")).rejects.toMatchObject({ kind: "unavailable" });
    await redis.restart();
    await until(() => heard.includes(""));
    await bus.publish("a", "after");
    await until(() => heard.at(-1) === "after");
    expect(heard).toEqual(["before", "", "after"]);
    await bus.close!();
  });

  test("a server that refuses is reported, and gets no messages", async () => {
    const bus = redisBus({ url: redis.url.replace("redis://", "redis://nobody:wrong@") });
    await expect(bus.subscribe("a", () => {})).rejects.toMatchObject({ kind: "unavailable" });
    await expect(bus.publish("a", "lost")).rejects.toMatchObject({ kind: "unavailable" });
    await bus.close!();
  });

  test("who listened before the server was there takes a look when it comes", async () => {
    await redis.kill();
    const bus = open();
    const heard: string[] = [];
    const listening = bus.subscribe("a", (message) => heard.push(message));
    await redis.restart();
    await listening;
    await until(() => heard.includes(""));
    expect(heard).toContain("");
    await bus.close!();
  });
}
