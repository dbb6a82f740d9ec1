import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openLab } from "../matrix/lab.ts";
import { startServer } from "../realtime/support.ts";
import { build, servers } from "./hosts.ts";

/** Slow lists on the real servers with SQLite: in threads, with a time limit, and behind the gate. */

const lab = await openLab({ postgres: false });

beforeAll(() => build("node", "deno"));
afterAll(() => lab.close());

const ROWS = 4000;
const conditions = Array.from({ length: 240 }, (_, i) => ({ title: { _icontains: `absent ${i}` } }));
const SLOW = `/api/items/notes?filter=${encodeURIComponent(JSON.stringify({ $or: conditions }))}`;

for (const { name, command } of servers(lab)) {
  if (!command) {
    test.skip(`${name} — its package is not installed`, () => {});
    continue;
  }
  describe(name, () => {
    test("slow lists leave the others free, end at their limit, and are refused when too many wait", async () => {
      const env = { READ_THREADS: "1", MAX_WAITING: "4", STATEMENT_TIMEOUT_MS: "1500", LOG_LEVEL: "error" };
      const server = await startServer(lab, env, lab.folder(), undefined, command);
      const { ask, url, account } = server;
      await ask("POST", "/api/collections", { slug: "notes", fields: [{ name: "title", type: "longtext" }] });
      const title = "some words of a text ".repeat(60);
      let id = "";
      for (let i = 0; i < ROWS; i += 500) {
        const { data } = await ask("POST", "/api/items/notes", Array(500).fill({ title }));
        id = data[0].id;
      }
      const list = async () => {
        const response = await fetch(url + SLOW, { headers: { "x-api-key": account.secretKey } });
        const { error } = (await response.json()) as { error?: { code: string } };
        return { code: error?.code, retry: response.headers.get("retry-after") };
      };

      let done = false;
      const slow = list().finally(() => {
        done = true;
      });
      let answered = 0;
      while (!done) {
        await ask("GET", "/health/live");
        await ask("GET", `/api/items/notes/${id}`);
        answered++;
      }
      expect(await slow).toEqual({ code: "LIMIT_EXCEEDED", retry: null });
      expect(answered).toBeGreaterThan(1);

      const answers = await Promise.all(Array.from({ length: 60 }, () => list()));
      expect(answers.find(({ code }) => code === "OVERLOADED")?.retry).toMatch(/^\d+$/);
      expect((await ask("GET", `/api/items/notes/${id}`)).data.id).toBe(id);
      await server.stop();
    });
  });
}
