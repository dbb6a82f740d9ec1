/** A write that was acknowledged is on the disk: shown by the server's system calls, and by cutting its power. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { openKey, send } from "../bank/open-key.ts";
import { type HostProcess, startHost } from "../matrix/host-process.ts";
import { openLab } from "../matrix/lab.ts";
import { cutPower, noTracing, readTrace, type Trace, traced } from "../support/strace.ts";
import { build, servers } from "./hosts.ts";

const lab = await openLab({ postgres: false });
const untraceable = noTracing();
const WRITES = 60;
const WAL = "plinth.db-wal";

beforeAll(() => build("node", "deno"));
afterAll(() => lab.close());

for (const { name, command } of servers(lab)) {
  const missing = command ? untraceable : "its package is not installed";
  if (!command || missing) {
    test.skip(`power cuts on ${name} — ${missing}`, () => {});
    continue;
  }
  describe(name, () => {
    test("no write is acknowledged before it is synced, and a power cut loses none", async () => {
      const { acknowledged, trace, found, logs } = await writeAndCut(command, {});
      // Also the key and the collection.
      expect([trace.answers, trace.unsyncedAnswers]).toEqual([WRITES + 2, 0]);
      expect(acknowledged.filter((id) => !found.has(id))).toEqual([]);
      expect(logs).not.toContain("SQLITE_SYNCHRONOUS");
    });

    test("SQLITE_SYNCHRONOUS=normal does not sync, and the start says what that may lose", async () => {
      const { acknowledged, trace, found, logs } = await writeAndCut(command, { SQLITE_SYNCHRONOUS: "normal" });
      expect(trace.unsyncedAnswers).toBeGreaterThan(WRITES / 2);
      expect(found.size).toBeLessThan(acknowledged.length);
      expect(logs).toContain("SQLITE_SYNCHRONOUS is normal: a power cut may lose the last writes");
    });
  });
}

/** Writes items, kills the server, drops what its log had not synced, and reads what a new server finds. */
async function writeAndCut(
  command: readonly string[],
  env: Record<string, string>,
): Promise<{ acknowledged: string[]; trace: Trace; found: Set<string>; logs: string }> {
  const cwd = lab.folder();
  const file = join(cwd, "trace");
  const host = await startHost({ command: traced(command, file), env, cwd });
  const headers = await openKey({ url: host.baseUrl, setupToken: await host.setupToken() });
  const definition = { slug: "notes", fields: [{ name: "title", type: "text" }] };
  await send(`${host.baseUrl}/api/collections`, definition, headers);
  const acknowledged: string[] = [];
  const one = async (n: number): Promise<void> => {
    const { data } = await send(`${host.baseUrl}/api/items/notes`, { title: `note ${n}` }, headers);
    acknowledged.push((data as { id: string }).id);
  };
  // Some alone and some at once, which share commits.
  for (let n = 0; n < WRITES / 2; n++) await one(n);
  await Promise.all(Array.from({ length: WRITES / 2 }, (_, n) => one(n)));
  const before = readTrace(file, WAL, "HTTP/1.1 201");
  process.kill(before.pid, "SIGKILL");
  await host.exited;
  const trace = readTrace(file, WAL, "HTTP/1.1 201");
  cutPower(join(cwd, ".data", WAL), trace);
  const again = await startHost({ command, env, cwd });
  const found = await idsOf(again, headers);
  await again.stop();
  return { acknowledged, trace, found, logs: host.logs() };
}

/** Empty where the key itself is lost. */
async function idsOf(host: HostProcess, headers: Record<string, string>): Promise<Set<string>> {
  const answer = await fetch(`${host.baseUrl}/api/items/notes?limit=1000&fields=id`, { headers });
  const { data = [] } = (await answer.json()) as { data?: { id: string }[] };
  return new Set(data.map(({ id }) => id));
}
