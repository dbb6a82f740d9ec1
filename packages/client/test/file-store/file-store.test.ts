import { afterAll, expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Random } from "../../../../tests/fuzz/random.ts";
import { fileStore } from "../../src/file-store/index.ts";
import type { QueuedWrite } from "../../src/sync/queue.ts";
import type { StoreChange } from "../../src/sync/store.ts";

const KILLS = Number(process.env.PLINTH_TEST_KILLS ?? 6);
const SEED = Number(process.env.PLINTH_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "plinth-files-"));
  folders.push(folder);
  return folder;
}

const fileIn = (folder: string, ending: string) =>
  join(folder, readdirSync(folder).find((name) => name.endsWith(ending))!);
const row = (key: string, value: StoreChange["value"]): StoreChange => ({ table: "rows", key, value });
const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => "nothing",
    (error: Error) => error.message,
  );

test(`a program is killed ${KILLS} times while it queues writes: each write that was promised is there, and none in part (seed ${SEED})`, async () => {
  const random = new Random(SEED);
  const folder = newFolder();
  const promised = new Set<number>();
  for (let kill = 0; kill < KILLS; kill++) {
    const writer = Bun.spawn([process.execPath, join(import.meta.dir, "writer.ts"), folder, String(kill * 100_000)], {
      stdout: "pipe",
      stderr: "inherit",
    });
    let text = "";
    const read = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of writer.stdout) text += decoder.decode(chunk, { stream: true });
    })();
    while (!text.includes(`\n${kill * 100_000 + 5}\n`)) await Bun.sleep(5);
    await Bun.sleep(random.int(0, 200));
    writer.kill("SIGKILL");
    await Promise.all([read, writer.exited]);
    // The last line may be cut.
    const [has, ...lines] = text.slice(0, text.lastIndexOf("\n")).split("\n");
    expect(Number(has!.slice("has ".length))).toBeGreaterThanOrEqual(2 * promised.size);
    for (const line of lines) promised.add(Number(line));
  }
  const store = await fileStore(folder).open(encoded("http://server.test", "ann"));
  const writes = (await store.read()).filter(({ table }) => table === "queue").map(({ value }) => value as never);
  const found = writes.map(({ operations }: QueuedWrite) => operations.map(({ data }) => [data!.n, data!.half]));
  store.close();
  for (const [first, second, ...more] of found)
    expect([first![1], second![1], second![0], more]).toEqual(["a", "b", first![0], []]);
  const numbers = new Set(found.map(([first]) => first![0] as number));
  expect([...promised].filter((n) => !numbers.has(n))).toEqual([]);
  expect(numbers.size).toBe(found.length);
});

const encoded = (url: string, user: string) => ["plinth", url, "", user].map(encodeURIComponent).join(" ");

test("what was torn is forgotten, and what is damaged is refused and kept", async () => {
  const folder = newFolder();
  const store = fileStore(folder);
  const open = await store.open("a");
  await open.write([row("1", 1)]);
  await open.write([row("2", 2)]);
  open.close();
  const file = fileIn(folder, ".log");
  const whole = readFileSync(file, "utf8");
  for (const torn of ["0123456789abcdef [[", "0123456789abcdef [[]]\n", "\0\0\0\0"]) {
    appendFileSync(file, torn);
    const again = await store.open("a");
    expect(await again.read()).toHaveLength(2);
    await again.write([row("3", torn.length)]);
    again.close();
    const last = await store.open("a");
    expect(await last.read()).toHaveLength(3);
    await last.write([row("3", undefined)]);
    last.close();
  }
  const changed = whole.replace('"value":1', '"value":7');
  writeFileSync(file, changed);
  expect(await errorOf(store.open("a"))).toMatch(
    /cannot be read from line 2 on. It is damaged. Rename it to begin anew/,
  );
  expect(readFileSync(file, "utf8")).toBe(changed);
  writeFileSync(file, "plinth-sync 2\n");
  expect(await errorOf(store.open("a"))).toContain("newer version of the client");
  // The lock is not kept.
  expect(readdirSync(folder).filter((name) => name.includes(".lock"))).toEqual([]);
});

test("one program at a time: the second is refused, and the lock of a program that was killed counts no more", async () => {
  const folder = newFolder();
  const store = fileStore(folder);
  const open = await store.open("a");
  const lock = fileIn(folder, ".lock");
  expect(await errorOf(fileStore(folder).open("a"))).toContain(`process ${process.pid} on `);
  (await fileStore(folder).open("b")).close();
  const script = `import { fileStore } from ${JSON.stringify(join(import.meta.dir, "../../src/file-store/index.ts"))};
    const store = await fileStore(process.argv[1]).open(process.argv[2]).catch((error) => error.message);
    console.log(typeof store === "string" ? store : "opened");
    setInterval(() => {}, 1000);`;
  const start = async (name: string) => {
    const child = Bun.spawn([process.execPath, "-e", script, folder, name], { stdout: "pipe", stderr: "inherit" });
    const { value } = await child.stdout.getReader().read();
    return { child, said: new TextDecoder().decode(value) };
  };
  const refused = await start("a");
  expect(refused.said).toContain("another program has opened");
  refused.child.kill("SIGKILL");
  const killed = await start("c");
  expect(killed.said).toBe("opened\n");
  expect(await errorOf(store.open("c"))).toContain(`process ${killed.child.pid} on `);
  killed.child.kill("SIGKILL");
  await killed.child.exited;
  (await store.open("c")).close();

  // Somebody else has taken over.
  writeFileSync(lock, JSON.stringify({ id: "other", pid: 1, host: "elsewhere" }));
  expect(await errorOf(open.write([row("1", 1)]))).toContain("another program has taken");
  open.close();
});

test("the file stays in proportion to what it holds, and an emptied one holds nothing", async () => {
  const folder = newFolder();
  const store = await fileStore(folder).open("a");
  const text = "y".repeat(10_000);
  for (let i = 0; i < 60; i++)
    await Promise.all(Array.from({ length: 10 }, (_, n) => store.write([row(`${n}`, `${text}${i}`)])));
  const file = fileIn(folder, ".log");
  expect(statSync(file).size).toBeLessThan(2_000_000);
  if (process.platform !== "win32") expect(statSync(file).mode & 0o777).toBe(0o600);
  expect((await store.read()).map(({ value }) => value)).toEqual(Array.from({ length: 10 }, () => `${text}59`));
  await store.clear();
  expect(readFileSync(file, "utf8")).toBe("plinth-sync 1\n");
  store.close();
  expect(await errorOf(store.write([row("1", 1)]))).toContain("closed");
});

test("a folder that cannot be made is the program's error", async () => {
  expect(() => fileStore("")).toThrow('fileStore: expected the path of a folder, such as "./data"');
  const folder = newFolder();
  writeFileSync(join(folder, "file"), "");
  expect(await errorOf(fileStore(join(folder, "file/data")).open("a"))).toContain("ENOTDIR");
});
