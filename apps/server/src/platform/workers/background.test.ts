import { expect, spyOn, test } from "bun:test";
import { type ObjectStateLike, objectAlarm } from "@plinth/adapters-cloudflare";
import type { App, Platform } from "@plinth/core";
import { backgroundObject } from "./background.ts";

const ENV = { PLINTH_SECRET: "s".repeat(40), DB: {} as never, LOG_LEVEL: "error" };

/** The object with storage that outlives it, and an app that does `work` when it is woken. */
function world(work: (platform: Platform) => Promise<void>, env: object = ENV) {
  const stored = new Map<string, unknown>();
  let alarm: number | null = null;
  const platforms: Platform[] = [];
  const state = {
    storage: {
      setAlarm: async (at: number) => {
        alarm = at;
      },
      getAlarm: async () => alarm,
      kv: { get: (key: string) => stored.get(key), put: (key: string, value: unknown) => void stored.set(key, value) },
    },
  } as unknown as ObjectStateLike;
  const makeObject = () =>
    new (backgroundObject((platform) => {
      platforms.push(platform);
      return { wake: () => work(platform) } as unknown as App;
    }))(state, env as typeof ENV);
  const object = makeObject();
  const objects = {
    idFromName: () => undefined as never,
    get: () => ({ fetch: (request: string | Request, init?: RequestInit) => object.fetch(new Request(request, init)) }),
  };
  /** The runtime takes the alarm away, and calls the object, which may be another one by now. */
  const ring = async (): Promise<void> => {
    alarm = null;
    await makeObject().alarm();
  };
  return { ring, platforms, alarm: () => alarm, object, of: (origin?: string) => objectAlarm({ objects, origin }) };
}

test("it rings for whoever asks first, knows the public address from them, and what is due next sets its own alarm", async () => {
  const { ring, platforms, alarm, of } = world(({ alarm }) => alarm!.setBy(5000));
  await of().setBy(3000);
  await of("https://api.test").setBy(4000);
  expect(alarm()).toBe(3000);
  await ring();
  expect(alarm()).toBe(5000);
  expect(platforms.map(({ config }) => config.appUrl)).toEqual(["https://api.test"]);
});

test("what fails is tried again, also where the settings are wrong; other requests are refused", async () => {
  const logged = spyOn(console, "error").mockImplementation(() => {});
  for (const env of [ENV, { ...ENV, PORT: "x" }]) {
    const { ring, alarm, object } = world(() => Promise.reject(new Error("no database")), env);
    const before = Date.now();
    await ring();
    expect(alarm()).toBeGreaterThanOrEqual(before + 60_000);
    expect((await object.fetch(new Request("https://object/bus", { method: "POST" }))).status).toBe(404);
  }
  expect(logged).toHaveBeenCalledTimes(2);
  logged.mockRestore();
});
