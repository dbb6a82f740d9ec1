import { beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { Config } from "@plinth/core";
import { FEATURES } from "@plinth/engine";
import { bearer, type TestApp, testApp } from "../../testing/app.ts";

interface Finding {
  check: string;
  severity: string;
  subject: string;
  message: string;
  advice: string;
}

const PUBLIC = { appUrl: "https://plinth.example.com", mailUrl: "resend:re_test" } satisfies Partial<Config>;
const DAY_MS = 86_400_000;

interface World extends TestApp {
  operator: Record<string, string>;
  passed: { ms: number };
}

/** A server with an operator, which is started with the settings only then: strangers cannot become the first one. */
async function worldWith(settings: Partial<Config> = {}): Promise<World> {
  const passed = { ms: 0 };
  const sound: Partial<Config> = { passwordHashing: "scrypt", authRateLimit: 20 };
  const first = testApp(sound);
  const operator = bearer(await first.signUp("operator@example.com"));
  const world = testApp(
    { ...sound, ...settings },
    {
      driver: first.driver,
      clock: { now: () => Date.now() + passed.ms },
      mailer: { capabilities: { development: false }, send: async () => {} } as never,
    },
  );
  return { ...world, passed, operator };
}

async function diagnosis(world: World, headers: Record<string, string> = {}): Promise<Finding[]> {
  const answer = await world.call("/api/doctor", { headers: { ...world.operator, ...headers } });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { data: Finding[] }).data;
}

async function done(answer: Promise<Response>): Promise<Record<string, string>> {
  const response = await answer;
  const body = (await response.json()) as { data: Record<string, string> };
  if (!response.ok) throw new Error(JSON.stringify(body));
  return body.data;
}

const collection = (world: World, more: object = {}) =>
  done(
    world.send(
      "/api/collections",
      { slug: "notes", fields: [{ name: "text", type: "text" }], ...more },
      world.operator,
    ),
  );
const rule = (world: World, input: object) => done(world.send("/api/permissions", input, world.operator));
const setting = (world: World, change: object) =>
  done(world.send("/api/auth-settings", change, world.operator, "PATCH"));

/** What is planted, and which check finds it. */
const PLANTED: readonly [
  check: string,
  severity: string,
  settings: Partial<Config>,
  plant?: (world: World) => Promise<unknown>,
  headers?: Record<string, string>,
][] = [
  [
    "public-writes",
    "error",
    {},
    async (world) => {
      await collection(world);
      await rule(world, { role: "public", collection: "notes", action: "delete" });
    },
  ],
  [
    "shared-writes",
    "warning",
    {},
    async (world) => {
      await collection(world);
      await rule(world, { role: "authenticated", collection: "notes", action: "update" });
    },
  ],
  ["public-reads-of-all", "warning", {}, (world) => rule(world, { role: "public", collection: "*", action: "read" })],
  ["public-users", "error", {}, (world) => rule(world, { role: "public", collection: "users", action: "read" })],
  [
    "public-documents",
    "warning",
    {},
    async (world) => {
      await done(world.send("/api/collections", { slug: "events", kind: "document" }, world.operator));
      await rule(world, { role: "public", collection: "events", action: "create" });
    },
  ],
  [
    "unused-keys",
    "warning",
    {},
    async (world) => {
      await done(world.send("/api/keys", { name: "old", kind: "secret" }, world.operator));
      world.passed.ms = 91 * DAY_MS;
      world.operator = bearer(await signInAgain(world));
    },
  ],
  [
    "ending-keys",
    "warning",
    {},
    async (world) => {
      const expires_at = new Date(Date.now() + 5 * DAY_MS).toISOString();
      const { key } = await done(world.send("/api/keys", { name: "soon", kind: "secret", expires_at }, world.operator));
      expect((await world.call("/api/collections", { headers: { "x-api-key": key! } })).status).toBe(200);
      // The use is noted after the answer.
      while (!(await firstKey(world)).last_used_at) await Bun.sleep(5);
    },
  ],
  [
    "unlimited-keys",
    "note",
    {},
    (world) => done(world.send("/api/keys", { name: "all", kind: "secret" }, world.operator)),
  ],
  ["unproven-sign-ups", "warning", PUBLIC],
  ["common-passwords", "warning", {}, (world) => setting(world, { passwords: { refuse_common: false } })],
  ["owners-without-second-factor", "warning", PUBLIC],
  ["plain-http", "error", { appUrl: "http://plinth.example.com" }],
  ["wrong-address", "error", {}, undefined, { "x-forwarded-host": "plinth.example.com" }],
  ["untrusted-proxy", "warning", {}, undefined, { "x-forwarded-for": "203.0.113.7" }],
  ["unlimited-attempts", "error", { ...PUBLIC, authRateLimit: 0 }],
  ["console-mail", "warning", { ...PUBLIC, mailUrl: "console:" }],
  ["open-private-network", "warning", { ...PUBLIC, privateAddresses: true }],
  ["open-cors", "note", { corsOrigins: ["*"] }],
  ["lossy-commits", "warning", { sqliteSynchronous: "normal" }],
  ["paused-sending", "warning", { sending: "paused" }],
  ["test-passwords", "error", { passwordHashing: "test" }],
  [
    "database-clock",
    "error",
    {},
    async (world) => {
      world.passed.ms = 60_000;
    },
  ],
];

async function firstKey(world: World): Promise<{ last_used_at: string | null }> {
  const answer = await world.call("/api/keys", { headers: world.operator });
  return ((await answer.json()) as { data: { last_used_at: string | null }[] }).data[0]!;
}

async function signInAgain(world: World): Promise<string> {
  const answer = await world.send("/api/operator/auth/sign-in/email", {
    email: "operator@example.com",
    password: "correct horse",
  });
  return ((await answer.json()) as { token: string }).token;
}

for (const [check, severity, settings, plant, headers] of PLANTED) {
  test(`finds ${check}`, async () => {
    const world = await worldWith(settings);
    await plant?.(world);
    const found = (await diagnosis(world, headers)).filter((finding) => finding.check === check);
    expect(found.map((finding) => finding.severity)).toContain(severity);
    for (const { subject, message, advice } of found) {
      for (const text of [subject, message, advice]) expect(text.length).toBeGreaterThan(2);
    }
  });
}

let healthy: World;
beforeAll(async () => {
  healthy = await worldWith();
});

test("a new server has no findings", async () => {
  expect(await diagnosis(healthy)).toEqual([]);
});

test("a secret key learns of its workspace, and nothing of the server", async () => {
  const world = await worldWith({ ...PUBLIC, authRateLimit: 0 });
  const { key } = await done(world.send("/api/keys", { name: "all", kind: "secret" }, world.operator));
  const answer = await world.call("/api/doctor", { headers: { "x-api-key": key! } });
  const { data } = (await answer.json()) as { data: Finding[] };
  const checks = new Set(data.map((finding) => finding.check));
  expect(checks).toEqual(new Set(["unproven-sign-ups", "unlimited-keys"]));
});

test("the page names every check", () => {
  const page = readFileSync(new URL("../../../../../docs/doctor.md", import.meta.url), "utf8");
  const named = [...page.matchAll(/^\| `([a-z-]+)` \| (.*?) \|/gm)].map((match) => match[1]);
  const checks = FEATURES.flatMap((feature) => feature.checks ?? []);
  expect(named.filter((name) => checks.some((check) => check.name === name))).toEqual(checks.map(({ name }) => name));
  for (const { name, summary } of checks) expect(page).toContain(`| \`${name}\` | ${summary} |`);
});
