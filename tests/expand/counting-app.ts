import type { SqlDriver } from "@plinth/core";
import { testConfig } from "@plinth/core/testing";
import { createApp } from "../../apps/server/src/app.ts";
import { memoryBus, systemClock } from "../../packages/adapters-memory/src/index.ts";

const quiet = () => {};

/** The whole app in this process over `driver`, which writes down every statement that it is given. */
export async function countingApp(inner: SqlDriver) {
  const statements: string[] = [];
  const driver: SqlDriver = {
    ...inner,
    all(query) {
      statements.push(query.sql);
      return inner.all(query);
    },
    run(query) {
      statements.push(query.sql);
      return inner.run(query);
    },
    batch(queries) {
      statements.push(...queries.map(({ sql }) => sql));
      return inner.batch(queries);
    },
  };
  const appUrl = "http://localhost:8787";
  const app = createApp({
    name: "test",
    config: testConfig({ appUrl }),
    database: async () => driver,
    bus: memoryBus(),
    clock: systemClock,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    passwords: { hash: async (password) => `plain:${password}`, verify: async () => true, isWeaker: () => false },
  });
  const send = async (path: string, headers: Record<string, string>, body?: unknown, method = "POST") => {
    const request = new Request(appUrl + path, {
      method: body === undefined ? "GET" : method,
      headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const response = await app.fetch(request, { defer: quiet, remoteAddress: "127.0.0.1" });
    const answer = (await response.json()) as { data: never; token: string; error?: unknown };
    if (!response.ok) throw new Error(`${path} gave ${response.status} ${JSON.stringify(answer.error)}`);
    return answer;
  };
  const person = { name: "Op", email: "op@expand.test", password: "correct horse battery" };
  const { token } = await send("/api/auth/sign-up/email", {}, person);
  const made = await send("/api/keys", { authorization: `Bearer ${token}` }, { name: "expand", kind: "secret" });
  const user = await send("/api/auth/sign-up/email", {}, { ...person, email: "user@expand.test" });
  const key = { "x-api-key": (made.data as { key: string }).key };
  return {
    ask: (path: string, body?: unknown, method?: string) => send(path, key, body, method),
    /** As somebody to whom rules apply. */
    asUser: (path: string) => send(path, { authorization: `Bearer ${user.token}` }),
    /** What is written down while `work` is done. */
    async count(work: () => Promise<unknown>): Promise<string[]> {
      const from = statements.length;
      await work();
      return statements.slice(from);
    },
    close: () => inner.close?.(),
  };
}
