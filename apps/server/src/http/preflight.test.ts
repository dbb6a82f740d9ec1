import { expect, test } from "bun:test";
import type { Log } from "@plinth/core";
import { testConfig } from "@plinth/core/testing";
import { refusalIn, testApp } from "../testing/app.ts";
import { NATIVE } from "./native.ts";
import { preflight } from "./preflight.ts";

const APP = "https://app.example.com";
const ask = (origin: string, method = "OPTIONS") => ({
  method,
  headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "x-api-key" },
});

test("a page that is not admitted is refused by the name of the setting, with other origins admitted or none", async () => {
  for (const corsOrigins of [[], [APP]]) {
    const world = testApp({ corsOrigins });
    for (const path of ["/api/items/notes", "/api/auth/sign-in/email", "/api/live"]) {
      const answer = await world.call(path, ask("http://localhost:5173"));
      const text = await answer.clone().text();
      expect([path, ...(await refusalIn(answer))]).toEqual([path, 403, "ORIGIN_FORBIDDEN"]);
      expect(text).toContain("CORS_ORIGINS");
      expect(text).not.toContain("localhost:5173");
      expect(answer.headers.has("access-control-allow-origin")).toBe(false);
    }
  }
});

test("a page that is admitted gets its leave", async () => {
  for (const [corsOrigins, leave] of [
    [[APP], APP],
    [["*"], "*"],
  ] as const) {
    const answer = await testApp({ corsOrigins }).call("/api/items/notes", ask(APP));
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([204, leave]);
  }
});

/** Those of answers, those that a page may always send, and those that browsers and hosts set themselves. */
const OTHERS = [
  "accept",
  "accept-encoding",
  "accept-language",
  "access-control-request-method",
  "content-length",
  "content-encoding",
  "cookie",
  "host",
  "location",
  "origin",
  "sec-fetch-mode",
  "set-auth-token",
  "upgrade",
];
/** Protocols with headers of their own: tus lets them through at its addresses, and no page has an access key of S3. */
const OWN_HEADERS = /\/protocols\/(tus|s3)\/|^docs\/uploads\.md$/;
/** Senders of webhooks are no pages. */
const SIGNED = /^webhook-(id|timestamp|signature)$/;
const HOSTS = /^(x-forwarded-(for|host)|x-real-ip|cf-|x-nf-|x-retry-after)/;

test("a page may send every header that the server reads, and that the docs and the client send", async () => {
  const root = `${import.meta.dir}/../../../..`;
  const named = new Set<string>();
  for (const [files, header] of [
    ["apps/server/src/**/*.ts", /(?:\.header|headers\.get)\("([a-z-]+)"\)/g],
    ["packages/{engine,auth}/src/**/*.ts", /headers\.get\("([a-z-]+)"\)/g],
    ["packages/client/src/**/*.ts", /headers(?:\.set\(|\[)"([a-z-]+)"/g],
    ["docs/*.md", /-H ["']([\w-]+):/g],
  ] as const) {
    for await (const file of new Bun.Glob(files).scan(root)) {
      if (file.endsWith(".test.ts") || OWN_HEADERS.test(file)) continue;
      const text = await Bun.file(`${root}/${file}`).text();
      for (const [, name] of text.matchAll(header)) named.add(name!.toLowerCase());
    }
  }
  const needed = [...named].filter((name) => !OTHERS.includes(name) && !HOSTS.test(name) && !SIGNED.test(name));
  expect(needed).toContain("last-event-id");
  const answer = await testApp({ corsOrigins: [APP] }).call("/api/realtime/items/notes", {
    ...ask(APP),
    headers: { ...ask(APP).headers, "access-control-request-headers": needed.join() },
  });
  const allowed = answer.headers
    .get("access-control-allow-headers")!
    .split(",")
    .map((name) => name.trim());
  expect(needed.filter((name) => !allowed.includes(name))).toEqual([]);
});

test("what is no preflight is answered as ever", async () => {
  const world = testApp();
  const answer = await world.call("/api/items/notes", { method: "OPTIONS", headers: { origin: APP } });
  expect(answer.status).toBe(405);
  expect((await world.call("/health", ask(APP, "GET"))).status).toBe(200);
});

test("the log names each origin once, and only so many", () => {
  const named: unknown[] = [];
  const quiet = () => {};
  const log: Log = { debug: quiet, info: quiet, error: quiet, warn: (_, fields) => named.push(fields?.origin) };
  const guard = preflight(testConfig(), log);
  for (const origin of ["a", "a", ..."bcdefghijklmnop"]) {
    const raw = new Request("http://x/", ask(`http://${origin}`));
    expect(() => guard(raw, NATIVE.cors)).toThrow("CORS_ORIGINS");
  }
  expect(named).toEqual([..."abcdefghij"].map((origin) => `http://${origin}`));
});
