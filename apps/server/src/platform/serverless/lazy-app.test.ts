import { expect, spyOn, test } from "bun:test";
import type { App, Platform, RequestHost } from "@plinth/core";
import { ConfigError, parseConfig } from "../../config.ts";
import { REMOTE_DATABASES } from "../databases.ts";
import { HTTP_MAILERS } from "../mailers.ts";
import { lazyApp } from "./lazy-app.ts";
import { serverlessConfig } from "./platform.ts";

const secret = "s".repeat(32);
const env = { DATABASE_URL: "postgres://u:p@h/db", PLINTH_SECRET: secret };

function host(): RequestHost & { deferred: Promise<unknown>[] } {
  const deferred: Promise<unknown>[] = [];
  return { defer: (work) => void deferred.push(work), deferred };
}

const answering: App = {
  fetch: () => new Response("ok"),
  ready: async () => {},
  inspect: async () => ({ pending: [], unknown: [], otherSecret: false }),
  tick: async () => {},
  wake: async () => {},
  setupLink: async () => "https://app.example/setup?token=t",
  sockets: { resume: async () => [], idle: true, hibernate: () => {}, ping: ["", ""] },
  windDown: async () => {},
  close: async () => {},
};

test("the app is made once, with the first request's address, and writes the setup link to the log", async () => {
  const warned: string[] = [];
  const platforms: Platform[] = [];
  const app = lazyApp(
    (platform) => {
      platforms.push(platform);
      return answering;
    },
    (settings: typeof env, url) => {
      const config = serverlessConfig(settings, url, { databases: REMOTE_DATABASES, mailers: HTTP_MAILERS });
      return { config, log: { warn: (text: string) => warned.push(text) } } as unknown as Platform;
    },
  );
  const first = host();
  expect(await (await app.fetch(new Request("https://app.example/x"), env, first)).text()).toBe("ok");
  await app.fetch(new Request("https://other.example/x"), env, host());
  await Promise.all(first.deferred);
  expect(platforms).toHaveLength(1);
  expect(platforms[0]!.config.appUrl).toBe("https://app.example");
  expect(warned.join()).toContain("https://app.example/setup?token=t");
});

test("a serverless host is never taken for a loopback address", () => {
  const config = serverlessConfig({ ...env, HOST: "127.0.0.1" }, "https://app.example/", {
    databases: REMOTE_DATABASES,
  });
  expect(config.host).toBe("0.0.0.0");
});

test("wrong settings are logged and answered by a 503 that names none of them", async () => {
  const log = spyOn(console, "error").mockImplementation(() => {});
  const app = lazyApp(
    () => expect.unreachable("started"),
    () => {
      parseConfig({ PORT: "x" }, { databases: REMOTE_DATABASES, mailers: HTTP_MAILERS });
      return expect.unreachable("parsed");
    },
  );
  for (let i = 0; i < 2; i++) {
    const response = await app.fetch(new Request("https://app.example/"), {}, host());
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain("PORT");
  }
  expect(log.mock.calls[0]![0]).toContain('PORT is "x"');
  log.mockRestore();
});

test("a fault that is no setting is not hidden", async () => {
  const app = lazyApp(
    () => answering,
    () => {
      throw new TypeError("a fault");
    },
  );
  expect(app.fetch(new Request("https://app.example/"), {}, host())).rejects.toThrow("a fault");
  expect(new ConfigError(["x"]).message).toContain("A setting is wrong");
});

test("a timer's tick uses the app of the requests, and one that is not kept where there was none", async () => {
  const made: string[] = [];
  let ticks = 0;
  const app = lazyApp(
    () => ({ ...answering, tick: async () => void ticks++ }),
    (settings: typeof env, url) => {
      made.push(url);
      const config = serverlessConfig(settings, url, { databases: REMOTE_DATABASES, mailers: HTTP_MAILERS });
      return { config, log: { warn() {} } } as unknown as Platform;
    },
  );
  await app.tick(env);
  await app.fetch(new Request("https://app.example/x"), env, host());
  await app.tick(env);
  expect([ticks, made]).toEqual([2, ["http://localhost", "https://app.example/x"]]);
});
