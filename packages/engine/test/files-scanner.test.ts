import { afterEach, expect, test } from "bun:test";
import { anonymous, type JsonObject, type Principal } from "@plinth/core";
import { testConfig } from "@plinth/core/testing";
import {
  changeAuthSettings,
  getItem,
  openForScanner,
  patchItem,
  restoreFile,
  rotateHookSecret,
  undo,
  updateBucket,
  updateBucketSchema,
} from "../src/index.ts";
import { filesWorlds, HOUR_MS, sqliteFiles } from "./files-world.ts";
import { type LogDatabases, onEachDatabase, W } from "./log-world.ts";

type Answer = (data: JsonObject) => Response | Promise<Response>;

let program: ReturnType<typeof Bun.serve> | undefined;
afterEach(async () => program?.stop(true));

const allow: Answer = () => Response.json({ decision: "allow" });
const deny: Answer = () => Response.json({ decision: "deny", reason: "Eicar-Test-Signature" });
const silence: Answer = () => new Response(null, { status: 503 });
const user: Principal = { ...anonymous(W), kind: "user", id: "u1", roles: ["authenticated"] };

/** A bucket that anybody reads and that scans. The scanner answers as `answers.now` does. */
const scannerWorlds = (openFiles: ReturnType<typeof filesWorlds>) =>
  async function open() {
    const world = await openFiles({ config: testConfig({ privateAddresses: true }) });
    const { ctx } = world;
    const answers = { now: allow };
    const asked: JsonObject[] = [];
    program = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      async fetch(request) {
        const { data } = (await request.json()) as { data: JsonObject };
        asked.push(data);
        return answers.now(data);
      },
    });
    await rotateHookSecret(await ctx());
    await changeAuthSettings(await ctx(), { hooks: { file_scan: `http://127.0.0.1:${program.port}/scan` } });
    const settings = { scan: true, public: true, versions: true };
    await updateBucket(await ctx(), "photos", updateBucketSchema.parse(settings));
    const as = async (requestId: string) => ({ ...(await ctx()), requestId });
    const stateOf = async (id: unknown) => (await getItem(await ctx(), "files", id as string)).row.state;
    /** What somebody reads who is no administrator. */
    const readers = async (path?: string) => world.read(path, await ctx(user)).catch(({ code }) => code);
    return { ...world, answers, asked, as, stateOf, readers };
  };

const onSqlite = scannerWorlds(sqliteFiles());

await onEachDatabase("a scanner of files", scannerSuite);

function scannerSuite(kind: LogDatabases): void {
  const open = scannerWorlds(filesWorlds(kind));

  test("what waits for an answer is asked about again, and opens when it is accepted", async () => {
    const { put, answers, asked, after, sweep, readers } = await open();
    answers.now = silence;
    expect((await put("first")).file).toMatchObject({ state: "quarantined" });
    expect(await readers()).toBe("NOT_FOUND");
    await sweep();
    expect(asked).toHaveLength(1);
    after(HOUR_MS);
    await sweep();
    expect(asked).toHaveLength(2);
    answers.now = allow;
    after(HOUR_MS);
    await sweep();
    expect(await readers()).toBe("first");
    after(3 * HOUR_MS);
    await sweep();
    expect(asked).toHaveLength(3);
  });

  test("a refused file stays closed by an undo, as does one that waits", async () => {
    const { put, answers, as, readers, after, sweep } = await open();
    for (const [path, answer] of [
      ["refused.txt", deny],
      ["waits.txt", silence],
    ] as const) {
      answers.now = answer;
      await put("bad", { path }, await as(`bad ${path}`));
      answers.now = allow;
      await put("good", { path }, await as(`good ${path}`));
      expect(await readers(path)).toBe("good");
      expect(await undo(await as("u"), { request_id: `good ${path}` })).toMatchObject({ changed: 1, conflicts: [] });
      expect(await readers(path)).toBe("NOT_FOUND");
    }
    after(2 * HOUR_MS);
    await sweep();
    expect(await readers("waits.txt")).toBe("bad");
    expect(await readers("refused.txt")).toBe("NOT_FOUND");
  });

  test("the bytes of a file that is gone take their row along", async () => {
    const { put, answers, driver, ctx, after, sweep, as } = await open();
    await updateBucket(await ctx(), "photos", updateBucketSchema.parse({ versions: false }));
    answers.now = deny;
    await put("bad", {}, await as("r"));
    await undo(await as("u"), { request_id: "r" });
    for (let days = 0; days < 3; days++) {
      await sweep();
      after(25 * HOUR_MS);
    }
    expect(await driver.all({ sql: "select content from plinth_files_unaccepted", params: [] })).toEqual([]);
  });
}

test("an answer about bytes that were replaced meanwhile opens nothing", async () => {
  const { put, answers, readers } = await onSqlite();
  answers.now = async () => {
    answers.now = silence;
    await put("second");
    return Response.json({ decision: "allow" });
  };
  await put("first");
  expect(await readers()).toBe("NOT_FOUND");
});

test("an accepted upload can be undone", async () => {
  const { put, as, readers } = await onSqlite();
  await put("first", {}, await as("r-first"));
  expect(await readers()).toBe("first");
  expect(await undo(await as("u"), { request_id: "r-first" })).toMatchObject({ deleted: 1, conflicts: [] });
});

test("a version that is restored is scanned again", async () => {
  const { put, answers, ctx, readers, stateOf } = await onSqlite();
  const { content: version, file } = await put("first");
  await put("second");
  answers.now = deny;
  await restoreFile(await ctx(), { bucket: "photos", path: "a/b.txt", version });
  expect(await stateOf(file.id)).toBe("quarantined");
  expect(await readers()).toBe("NOT_FOUND");
});

test("it opens nothing that is in quarantine for another reason", async () => {
  const { put, ctx, rule, stateOf, answers } = await onSqlite();
  const all = { role: "authenticated", collection: "files" };
  await rule({ ...all, action: "create", presets: { state: "quarantined" } });
  for (const action of ["read", "update"]) await rule({ ...all, action });
  const { file } = await put("first", {}, await ctx(user));
  expect(await stateOf(file.id)).toBe("quarantined");
  const own = await put("mine", { path: "own.txt" });
  await patchItem(await ctx(), "files", own.file.id as string, { state: "quarantined" });
  await put("mine again", { path: "own.txt" });
  expect(await stateOf(own.file.id)).toBe("quarantined");
  // What the scanner alone has closed opens with bytes that it accepts.
  answers.now = deny;
  const refused = await put("bad", { path: "mended.txt" });
  answers.now = allow;
  await put("good", { path: "mended.txt" });
  expect(await stateOf(refused.file.id)).toBe("ready");
});

test("its URL reads the bytes until it has decided, and no others", async () => {
  const { put, answers, asked, ctx } = await onSqlite();
  const at = { bucket: "photos", path: "a/b.txt" };
  const openBy = async (change: (parameters: URLSearchParams) => void = () => {}, location = at) => {
    const { searchParams } = new URL(asked.at(-1)!.url as string);
    change(searchParams);
    const file = await openForScanner(await ctx(anonymous(W)), location, searchParams);
    return new Response(await file.bytes()).text();
  };
  const refused = { code: "FORBIDDEN" };
  answers.now = async () => {
    expect(await openBy()).toBe("first");
    await expect(openBy((parameters) => parameters.set("expires", "9999999999"))).rejects.toMatchObject(refused);
    await expect(openBy((parameters) => parameters.delete("signature"))).rejects.toMatchObject(refused);
    await expect(openBy(undefined, { ...at, path: "other.txt" })).rejects.toMatchObject(refused);
    return Response.json({ decision: "deny" });
  };
  await put("first");
  expect(asked).toMatchObject([{ bucket: "photos", path: "a/b.txt", size: 5, content_type: "text/plain" }]);
  await expect(openBy()).rejects.toMatchObject(refused);
});
