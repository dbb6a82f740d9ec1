/** Postgres behind a network that fails: it starts late, goes silent, or loses the answer to a commit. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openKey, send } from "../bank/open-key.ts";
import { type HostProcess, spawnHost, startHost } from "../matrix/host-process.ts";
import { openLab, SECRET } from "../matrix/lab.ts";
import { freePort } from "../support/free-port.ts";
import { tcpProxy } from "../support/tcp-proxy.ts";
import { build, servers } from "./hosts.ts";

const lab = await openLab({ postgres: true });
const missing = lab.postgres ? undefined : "there is no Postgres here";

beforeAll(() => build("node", "deno"));
afterAll(() => lab.close());

for (const { name, command } of servers(lab)) {
  const reason = command ? missing : "its package is not installed";
  if (!command || reason) {
    test.skip(`a silent database on ${name} — ${reason}`, () => {});
    continue;
  }
  describe(name, () => {
    test("an unknown outcome has its own code, and with a key the write happens once", async () => {
      const { host, proxy, headers } = await startBehindProxy(command);
      const keyed = () => post(host, { title: "keyed" }, { ...headers, "idempotency-key": '"k"' });
      const cut = async (write: () => ReturnType<typeof post>) => {
        await get(host, "/api/items/notes", headers);
        proxy.fail("deafen");
        const { answered } = proxy;
        const lost = write();
        // The database has answered the write, and the answer is lost.
        while (proxy.answered === answered) await Bun.sleep(20);
        await Bun.sleep(500);
        proxy.fail("close");
        const { status, body } = await lost;
        proxy.mend();
        while (!(await fetch(`${host.baseUrl}/health/ready`)).ok) await Bun.sleep(50);
        return [status, body.error?.code, body.error?.message];
      };
      let bare = await cut(() => post(host, { title: "bare" }, headers));
      // The pool had no connection to spare, and a new one was cut off before the write: the right answer, and another try.
      while (bare[0] === 503 && (await titles(host, headers)).length === 0)
        bare = await cut(() => post(host, { title: "bare" }, headers));
      expect(bare).toEqual([504, "OUTCOME_UNKNOWN", expect.stringContaining("Idempotency-Key")]);
      // It happened: "try again" would have made a second one.
      expect(await titles(host, headers)).toEqual(["bare"]);
      // The lock of the key is the first thing that is written, and nothing else was.
      expect((await cut(keyed)).slice(0, 2)).toEqual([503, "UNAVAILABLE"]);
      while ((await keyed()).status !== 201) await Bun.sleep(200);
      await keyed();
      expect(await titles(host, headers)).toEqual(["bare", "keyed"]);
      await host.stop();
      proxy.close();
    });

    test("every request and the probe end while the database is silent, and so does the server", async () => {
      const { host, proxy, headers } = await startBehindProxy(command);
      proxy.fail("hang");
      const began = performance.now();
      const took = () => Math.round((performance.now() - began) / 1000);
      const requests = [
        post(host, { title: "x" }, headers).then(({ body }) => body.error?.code),
        get(host, "/api/items/notes", headers).then((body) => body.error?.code),
      ];
      const probe = await fetch(`${host.baseUrl}/health/ready`);
      expect(probe.status).toBe(503);
      expect(took()).toBeGreaterThanOrEqual(3);
      expect((await fetch(`${host.baseUrl}/health/live`)).status).toBe(200);
      for (const code of await Promise.all(requests)) {
        expect(code).toBeOneOf(["UNAVAILABLE", "OUTCOME_UNKNOWN"]);
      }
      void post(host, { title: "y" }, headers).catch(() => {});
      await Bun.sleep(300);
      process.kill(host.pid, "SIGTERM");
      expect(await host.exited).toBe(0);
      proxy.close();
    });

    test("a start waits for the database, says so once, and then serves", async () => {
      const url = new URL(await lab.database());
      const proxy = await tcpProxy({ host: "127.0.0.1", port: Number(url.port) });
      url.port = String(proxy.port);
      proxy.fail("close");
      const port = String(await freePort());
      const host = spawnHost({
        command,
        env: { PORT: port, DATABASE_URL: url.href, PLINTH_SECRET: SECRET },
        cwd: lab.folder(),
      });
      while (!host.logs().includes("waiting up to 60 s")) await Bun.sleep(50);
      expect(host.logs()).toContain("plinth: DATABASE_URL is postgres");
      expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
      expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(503);
      proxy.mend();
      while (!host.logs().includes("Plinth on")) await Bun.sleep(50);
      expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);
      expect(host.logs().split("waiting up to")).toHaveLength(2);
      await host.stop();
      proxy.close();
    });
  });
}

async function startBehindProxy(command: readonly string[]) {
  const url = new URL(await lab.database());
  const proxy = await tcpProxy({ host: "127.0.0.1", port: Number(url.port) });
  url.port = String(proxy.port);
  const env = { DATABASE_URL: url.href, PLINTH_SECRET: SECRET };
  const host = await startHost({ command, env, cwd: lab.folder() });
  const headers = await openKey({ url: host.baseUrl, setupToken: await host.setupToken() });
  await send(`${host.baseUrl}/api/collections`, { slug: "notes", fields: [{ name: "title", type: "text" }] }, headers);
  return { host, proxy, headers };
}

interface Answer {
  data?: unknown;
  error?: { code: string; message: string };
}

async function post({ baseUrl }: HostProcess, body: object, headers: Record<string, string>) {
  const response = await fetch(`${baseUrl}/api/items/notes`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}

async function titles(host: HostProcess, headers: Record<string, string>): Promise<string[]> {
  const { data } = await get(host, "/api/items/notes?sort=title&fields=title", headers);
  return (data as { title: string }[]).map(({ title }) => title);
}

async function get({ baseUrl }: HostProcess, path: string, headers: Record<string, string>): Promise<Answer> {
  return (await (await fetch(`${baseUrl}${path}`, { headers })).json()) as Answer;
}
