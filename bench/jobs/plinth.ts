import { createClient } from "../../packages/client/src/index.ts";
import { jobs } from "../../packages/client/src/jobs/index.ts";
import { startHost } from "../../tests/matrix/host-process.ts";
import { SECRET } from "../../tests/matrix/lab.ts";
import { BUN_SERVER } from "../../tests/support/bun-server.ts";
import { freePort } from "../../tests/support/free-port.ts";
import { programQueue } from "./program-queue.ts";
import type { Queue } from "./queue.ts";

export interface PlinthQueueOptions {
  /** Where SQLite's file is. */
  readonly folder: string;
  /** A Postgres; absent: SQLite. */
  readonly database: string | undefined;
  readonly concurrency: number;
}

export interface PlinthQueue extends Queue {
  readonly pid: number;
  readonly url: string;
  readonly key: string;
}

/** A server, and a program that does its jobs by the client. */
export async function plinthQueue({ folder, database, concurrency }: PlinthQueueOptions): Promise<PlinthQueue> {
  const env = { PLINTH_SECRET: SECRET, PORT: String(await freePort()), APP_URL: "http://127.0.0.1:8787" };
  const host = await startHost({
    command: BUN_SERVER,
    cwd: folder,
    env: { ...env, ...(database !== undefined && { DATABASE_URL: database }) },
  });
  const { baseUrl: url, pid } = host;
  const post = async (path: string, body: object, headers: Record<string, string>) => {
    const sent = { "content-type": "application/json", ...headers };
    const answer = await fetch(url + path, { method: "POST", body: JSON.stringify(body), headers: sent });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { token: string; data: { key: string } };
  };
  const person = { name: "Ada", email: "operator@example.com", password: "correct horse battery" };
  const setup = { "x-plinth-setup-token": await host.setupToken() };
  const { token } = await post("/api/operator/auth/sign-up/email", person, setup);
  const { data } = await post("/api/keys", { name: "bench", kind: "secret" }, { authorization: `Bearer ${token}` });
  const { key } = data;
  const client = createClient({ url, key });
  const program = `${import.meta.dir}/../peers/plinth-worker.ts`;
  const queue = await programQueue({
    name: `Plinth on ${database === undefined ? "SQLite" : "Postgres"}`,
    worker: [process.execPath, program, url, key, String(concurrency)],
    send: (n) => jobs(client).enqueue({ name: "work", payload: n }),
    async insert(from, count) {
      await client.batch((batch) => {
        for (let n = from; n < from + count; n++) batch.enqueue({ name: "work", payload: n });
      });
    },
    close: () => host.stop(),
  });
  return Object.assign(queue, { pid, url, key });
}
