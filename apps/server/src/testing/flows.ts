/** Flows of a workspace with orders, of which another server is asked. */
import type { JsonObject } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { bearer, type TestApp, testApp } from "./app.ts";

export interface FlowRunSeen {
  id: string;
  state: string;
  result: unknown;
  error: string | null;
  resumes_at: string | null;
}

export interface FlowStepSeen {
  path: string;
  node: string;
  attempt: number;
  input: JsonObject;
  output: unknown;
  error: { message: string; code: string } | null;
}

/** May do all that flows of these tests do with orders. */
export const ORDERS = { as: "system", actions: ["read", "create", "update"], collections: ["orders"] };

export type FlowBench = Awaited<ReturnType<typeof flowBench>>;

export async function flowBench(parts: Parameters<typeof testApp>[1] = {}) {
  const asked: { path: string; headers: Headers; body: unknown }[] = [];
  /** What the other server answers next. */
  const answers: Response[] = [];
  const outside = Bun.serve({
    port: 0,
    async fetch(request) {
      const body = (await request.json().catch(() => null)) as unknown;
      asked.push({ path: new URL(request.url).pathname, headers: request.headers, body });
      return answers.shift() ?? Response.json({ paid: true });
    },
  });
  const host = `127.0.0.1:${outside.port}`;
  let ahead = 0;
  const clock = { now: () => Date.now() + ahead };
  const settings = { signUp: "open", privateAddresses: new Set([host]), maxBodyBytes: 400_000 } as const;
  const app: TestApp = testApp(settings, { clock, ...parts });
  const boss = bearer(await app.signUp("boss@example.com"));
  const made = async <T = JsonObject>(path: string, body?: unknown, method = "POST") =>
    dataIn<T>(await app.send(path, body, boss, method));
  const read = async <T>(path: string) => dataIn<T>(await app.call(path, { headers: boss }));
  await made("/api/collections", {
    slug: "orders",
    fields: [
      { name: "total", type: "integer" },
      { name: "state", type: "text" },
    ],
  });
  const start = async (name: string, input: unknown = null) =>
    (await made<FlowRunSeen>(`/api/flows/${name}/run`, { input })).id;
  /** Has the jobs run that are due, until the run is in one of these states. */
  const ended = async (id: string, ...states: string[]): Promise<FlowRunSeen> => {
    const wanted = states.length > 0 ? states : ["succeeded", "dead"];
    let run!: FlowRunSeen;
    await until(async () => {
      await app.app.tick();
      run = await read<FlowRunSeen>(`/api/flow-runs/${id}`);
      return wanted.includes(run.state);
    });
    return run;
  };
  return {
    ...{ app, boss, made, read, start, ended, asked, answers, host, clock },
    /** Lets so many milliseconds pass. */
    advance: (ms: number) => {
      ahead += ms;
    },
    stop: () => outside.stop(true),
    deploy: (name: string, nodes: unknown[], more: object = {}) =>
      made(`/api/flows/${name}`, { nodes, permissions: ORDERS, ...more }, "PUT"),
    /** Why the flow is not deployed. */
    async refused(nodes: unknown[], more: object = {}) {
      const answer = await app.send("/api/flows/wrong", { nodes, permissions: ORDERS, ...more }, boss, "PUT");
      return ((await answer.json()) as { error: { message: string } }).error.message;
    },
    stepsOf: (id: string) => read<FlowStepSeen[]>(`/api/flow-runs/${id}/steps?limit=100`),
    ran: async (name: string, input?: unknown) => ended(await start(name, input)),
  };
}

/** The data of an answer that is no refusal. */
export async function dataIn<T>(answer: Response): Promise<T> {
  if (!answer.ok) throw new Error(await answer.text());
  return ((await answer.json()) as { data: T }).data;
}
