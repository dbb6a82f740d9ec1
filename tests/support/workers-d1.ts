/**
 * Databases of D1 in a workerd of the test's own. What a driver asks of one goes to a Worker, which asks its binding: a statement or
 * a batch is one request. Miniflare's own way to a binding from outside makes six of a statement, and stops the test's process for most.
 */
import type { D1Like, D1StatementLike } from "../../packages/adapters-cloudflare/src/d1.ts";

export interface WorkersD1 {
  /** The nth database; it is made when it is first used. */
  database(n: number): D1Like;
  close(): Promise<void>;
}

export interface WorkersD1Options {
  /** How many databases there are, by default one. */
  readonly count?: number;
  /** The id of the nth one. */
  readonly idOf?: (n: number) => string;
  /** Where they stay; by default in memory. */
  readonly folder?: string;
}

const WORKER = `
const valueOf = (value) =>
  value !== null && typeof value === "object" ? Uint8Array.from(atob(value.bytes), (char) => char.charCodeAt(0)) : value;

export default {
  async fetch(request, env) {
    const { name, batch, statements } = await request.json();
    try {
      const bound = statements.map(({ sql, params }) => env[name].prepare(sql).bind(...params.map(valueOf)));
      return Response.json({ results: batch ? await env[name].batch(bound) : [await bound[0].all()] });
    } catch ({ name, message }) {
      return Response.json({ error: { name, message } });
    }
  },
};`;

interface Statement extends D1StatementLike {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** It starts when a database is first asked. */
export function workersD1({ count = 1, idOf = String, folder }: WorkersD1Options = {}): WorkersD1 {
  const bindings = Array.from({ length: count }, (_, n) => [`DB${n}`, { type: "d1", id: idOf(n) }]);
  const manifest = {
    mainModule: "worker.js",
    modulesRoot: "/",
    modules: { "worker.js": { type: "esm", contents: WORKER } },
  };
  const config = { name: "w", compatibilityDate: "2026-11-01", env: Object.fromEntries(bindings), manifest };
  let started: ReturnType<typeof start> | undefined;
  const start = async () => {
    const { Miniflare } = await import("miniflare");
    const miniflare = new Miniflare({
      workers: [{ config }],
      ...(folder && { resourcePersistencePath: folder }),
    } as never);
    return { miniflare, url: await miniflare.ready };
  };

  async function ask(name: string, statements: readonly Statement[], batch: boolean): Promise<unknown[]> {
    started ??= start();
    const { url } = await started;
    const sent = statements.map(({ sql, params }) => ({ sql, params: params.map(encoded) }));
    const answer = await fetch(url, { method: "POST", body: JSON.stringify({ name, batch, statements: sent }) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the Worker answered ${answer.status} ${text}`);
    const { results, error } = JSON.parse(text) as { results: unknown[]; error?: { name: string; message: string } };
    if (error) throw Object.assign(new Error(error.message), { name: error.name });
    return results;
  }

  return {
    database(n) {
      const name = `DB${n}`;
      const statement = (sql: string, params: readonly unknown[] = []): Statement => ({
        sql,
        params,
        bind: (...values) => statement(sql, values),
        all: async () => (await ask(name, [statement(sql, params)], false))[0],
      });
      return { prepare: statement, batch: (statements) => ask(name, statements as Statement[], true) };
    },
    async close() {
      await (await started)?.miniflare.dispose();
    },
  };
}

/** In JSON, where bytes would be an object and `undefined` would be null. */
function encoded(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString("base64") };
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  throw new TypeError(`D1 takes no ${typeof value}`);
}
