/** Faults are planted in a real server, and found by the command. */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, setSystemTime, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUN_SERVER } from "../../../tests/support/bun-server.ts";
import { runHere } from "./in-process.ts";
import { dataOf, OPERATOR, startServer, type TestServer } from "./server.ts";

interface Found {
  check: string;
  severity: string;
  subject: string;
  message: string;
  advice: string;
}

const folder = mkdtempSync(join(tmpdir(), "plinth-doctor-"));
let sound: TestServer;
let faulty: TestServer;

beforeAll(async () => {
  sound = await startServer();
  // A server that is public from its first start has its operator by a link only.
  const data = join(folder, "data");
  await (await startServer({ DATA_DIR: data, PASSWORD_HASHING: "scrypt" })).stop();
  const settings = {
    APP_URL: "http://plinth.example.com",
    AUTH_RATE_LIMIT: "0",
    COMMON_PASSWORDS: "allow",
    CORS_ORIGINS: "*",
    PRIVATE_ADDRESSES: "allow",
    SQLITE_SYNCHRONOUS: "normal",
    PASSWORD_HASHING: "scrypt",
  };
  faulty = await startServer({ ...settings, DATA_DIR: data }, { email: OPERATOR.email });
});

afterAll(async () => {
  await Promise.all([sound?.stop(), faulty?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

async function doctor(env: Record<string, string>, ...words: string[]): Promise<{ code: number; found: Found[] }> {
  const { code, out } = await runHere(["doctor", ...words, "--json"], { XDG_CONFIG_HOME: folder, ...env });
  const found = dataOf(out) as Found[];
  for (const { subject, message, advice } of found) {
    for (const text of [subject, message, advice]) expect(text.length).toBeGreaterThan(1);
  }
  return { code, found };
}

const asked = ({ url, token }: TestServer) => ({ PLINTH_URL: url, PLINTH_TOKEN: token });
const checks = ({ found }: { found: Found[] }) => [...new Set(found.map(({ check }) => check))].toSorted();

test("a sound server: its tests' password hashes alone are found", async () => {
  expect(checks(await doctor(asked(sound)))).toEqual(["test-passwords", "unlimited-keys"]);
});

test("what is wrong with a server's settings, rules and keys", async () => {
  const send = async (path: string, body: object) => {
    const answer = await fetch(faulty.url + path, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${faulty.token}` },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
  };
  await send("/api/collections", { slug: "notes", fields: [{ name: "text", type: "text" }] });
  await send("/api/collections", { slug: "events", kind: "document" });
  await send("/api/permissions", [
    { role: "public", collection: "notes", action: "delete" },
    { role: "authenticated", collection: "notes", action: "update" },
    { role: "public", collection: "*", action: "read" },
    { role: "public", collection: "users", action: "read" },
    { role: "public", collection: "events", action: "create" },
  ]);
  const { code, found } = await doctor(asked(faulty));
  expect(code).toBe(1);
  expect(checks({ found })).toEqual([
    "common-passwords",
    "console-mail",
    "lossy-commits",
    "open-cors",
    "open-private-network",
    "owners-without-second-factor",
    "plain-http",
    "public-documents",
    "public-reads-of-all",
    "public-users",
    "public-writes",
    "shared-writes",
    "unlimited-attempts",
    "unlimited-keys",
    "unproven-sign-ups",
  ]);
  const { out } = await runHere(["doctor"], { XDG_CONFIG_HOME: folder, ...asked(faulty) });
  expect(out).toMatch(/^ERROR {2}\S+ {2}\S+\n {2}.+\n {2}.+\n/);
  expect(out).toMatch(/\n\d+ errors, \d+ warnings, \d+ notes\.\n$/);
  for (const secret of [faulty.token, OPERATOR.password, "_live_"]) expect(out).not.toContain(secret);
});

test("exit codes by --fail-on", async () => {
  const key = { PLINTH_URL: sound.url, PLINTH_KEY: sound.key };
  expect((await doctor(key, "--fail-on", "note")).code).toBe(1);
  expect(await doctor(key)).toMatchObject({ code: 0, found: [{ check: "unlimited-keys" }] });
});

test("a clock that is a minute off, a wrong key, and nothing that answers", async () => {
  setSystemTime(new Date(Date.now() - 60_000));
  const skewed = await doctor({ PLINTH_URL: sound.url, PLINTH_KEY: sound.key }).finally(() => setSystemTime());
  expect(checks(skewed)).toContain("clock");
  expect(checks(await doctor({ PLINTH_URL: sound.url, PLINTH_KEY: `${sound.key.slice(0, -1)}x` }))).toEqual([
    "credentials",
  ]);
  expect(checks(await doctor({ PLINTH_URL: "http://127.0.0.1:1" }))).toEqual(["server"]);
});

/** What the program of a server in a folder finds. */
async function local(env: Record<string, string>): Promise<string[]> {
  const child = Bun.spawn([...BUN_SERVER, "--check"], {
    cwd: folder,
    env: { PATH: process.env.PATH!, PORT: "0", ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  if ((await child.exited) !== 0) throw new Error(err);
  return (JSON.parse(out) as Found[]).map(({ check, message }) => `${check}: ${message}`);
}

/** A copy of a database that a server has made, with its secret. */
async function copied(name: string, change?: string): Promise<Record<string, string>> {
  const dir = join(folder, name);
  mkdirSync(dir);
  await Bun.write(join(dir, "secret"), await Bun.file(join(sound.folder, "data/secret")).text());
  chmodSync(join(dir, "secret"), 0o600);
  const file = join(dir, "plinth.db");
  using source = new Database(join(sound.folder, "data/plinth.db"), { readonly: true });
  source.run("vacuum into ?", [file]);
  if (change !== undefined) {
    using copy = new Database(file);
    copy.run(change);
  }
  return { DATA_DIR: dir };
}

const DELETED = "delete from plinth_migrations where id = (select max(id) from plinth_migrations)";
const LOCAL: readonly [fault: string, plant: () => Promise<Record<string, string>>, found: RegExp][] = [
  ["a misspelt setting", async () => ({ TRUST_PROXI: "1" }), /^settings: .*TRUST_PROXI/],
  ["a wrong value", async () => ({ TRUST_PROXY: "yes" }), /^settings: TRUST_PROXY/],
  ["a short secret", async () => ({ PLINTH_SECRET: "short" }), /^settings: PLINTH_SECRET/],
  ["another secret", async () => ({ ...(await copied("other")), PLINTH_SECRET: "x".repeat(40) }), /^secret: /],
  ["an old migration", () => copied("older", DELETED), /^migrations: .*older/],
  ["a newer migration", () => copied("newer", "insert into plinth_migrations values ('9999_x', 0)"), /newer.*9999_x/],
  [
    "a file that is no database",
    async () => {
      writeFileSync(join(folder, "foreign.db"), "not a database, but long enough to be read as one");
      return { DATABASE_URL: `sqlite://${join(folder, "foreign.db")}` };
    },
    /^database: /,
  ],
  [
    "a secret that others may read",
    async () => {
      const env = await copied("readable");
      chmodSync(join(env.DATA_DIR!, "secret"), 0o644);
      return env;
    },
    /^secret-file: /,
  ],
  ["a database that does not answer", async () => remote("postgres://ada:hidden@127.0.0.1:1/plinth"), /^database: /],
];

const remote = (DATABASE_URL: string) => ({ DATABASE_URL, PLINTH_SECRET: "x".repeat(40) });

for (const [fault, plant, expected] of LOCAL) {
  test(`--local finds ${fault}`, async () => {
    const found = await local(await plant());
    expect(found.join("\n")).toMatch(new RegExp(expected.source, "m"));
    expect(found.join("\n")).not.toContain("hidden");
  });
}

test("--local finds a port that another program has, and not one that Plinth has", async () => {
  const other = createServer((_, answer) => answer.end("hello"));
  await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
  const { port } = other.address() as { port: number };
  const found = await local({ PORT: String(port) }).finally(() => other.close());
  expect(found).toEqual([expect.stringMatching(/^port: Another program listens/)]);
  expect(await local({ ...(await copied("sound")), PORT: new URL(sound.url).port })).toEqual([]);
});

test("--local runs the server's program", async () => {
  const { code, found } = await doctor({ ...(process.env as Record<string, string>), TRUST_PROXY: "yes" }, "--local");
  expect([code, checks({ found })]).toEqual([1, ["settings"]]);
});
