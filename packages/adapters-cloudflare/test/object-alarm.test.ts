import { expect, test } from "bun:test";
import { alarmOrderIn, objectAlarm, ringBy } from "../src/index.ts";

/** An object whose storage has one alarm, and the times that were asked for. */
function world() {
  let [now, alarm]: [number, number | null] = [1_000_000, null];
  const asked: { at: number; origin?: string }[] = [];
  const storage = {
    getAlarm: async () => alarm,
    setAlarm: async (at: number) => {
      alarm = at;
    },
  };
  const object = {
    async fetch(request: string | Request, init?: RequestInit) {
      const order = await alarmOrderIn(new Request(request, init));
      if (!order) return new Response(null, { status: 404 });
      asked.push(order);
      await ringBy({ storage } as never, order.at);
      return new Response(null, { status: 204 });
    },
  };
  const objects = { idFromName: (name: string) => name as never, get: () => object };
  return {
    object,
    asked,
    objects,
    alarm: () => alarm,
    clock: () => now,
    pass: (ms: number) => {
      now += ms;
    },
    rings: () => {
      alarm = null;
    },
  };
}

test("the object has one alarm, for the earliest time; what is set already is not asked for again", async () => {
  const { asked, alarm, objects, clock, pass, rings } = world();
  const [one, other] = [{}, {}].map(() => objectAlarm({ objects, origin: "https://api.test", now: clock }));
  await one!.setBy(1_060_000);
  await one!.setBy(1_090_000);
  expect([asked.length, alarm()]).toEqual([1, 1_060_000]);
  await other!.setBy(1_090_000);
  expect([asked.length, alarm()]).toEqual([2, 1_060_000]);
  await other!.setBy(1_030_000);
  expect(alarm()).toBe(1_030_000);
  expect(asked[0]).toEqual({ at: 1_060_000, origin: "https://api.test" });
  // What is about to ring, or has rung, is not relied on.
  pass(26_000);
  await other!.setBy(1_040_000);
  expect([asked.length, alarm()]).toEqual([4, 1_030_000]);
  rings();
  pass(60_000);
  await one!.setBy(1_090_000);
  expect([asked.length, alarm()]).toEqual([5, 1_090_000]);
});

test("requests for anything else are none for the alarm, and a refusal is an error", async () => {
  const { object } = world();
  expect((await object.fetch("https://object/bus", { method: "POST", body: "" })).status).toBe(404);
  expect((await object.fetch("https://object/alarm")).status).toBe(404);
  const refusing = { fetch: async () => new Response(null, { status: 500 }) };
  const objects = { idFromName: (name: string) => name as never, get: () => refusing };
  expect(objectAlarm({ objects }).setBy(1)).rejects.toThrow("500");
});
