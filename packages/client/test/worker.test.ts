/** What a worker asks of its server, and when. */
import { expect, test } from "bun:test";
import { PlinthClientError } from "../src/index.ts";
import type { Requester } from "../src/items/request.ts";
import { type TaskHandlers, type WorkOptions, work } from "../src/jobs/worker.ts";

interface Body {
  readonly limit: number;
  readonly ahead?: number;
  readonly wait: number;
  readonly reports: readonly { readonly id: string; readonly action: string }[];
}

interface ClaimAsked extends Pick<Body, "limit" | "wait"> {
  readonly ahead: number;
  readonly signal: AbortSignal | undefined;
}

/** A worker of a server that answers claims as the test says. */
function begin(
  handlers: TaskHandlers,
  options: WorkOptions,
  claim: (asked: ClaimAsked) => number | Promise<number>,
  isOld = false,
) {
  const said: string[] = [];
  const claims: ClaimAsked[] = [];
  let jobs = 0;
  const refuse = (status: number, code: string) => new PlinthClientError(code, "No.", status);
  const answer = async (path: string, body: Body, signal: AbortSignal | undefined): Promise<unknown> => {
    if (path.endsWith("/claim")) {
      if (isOld && ((body.ahead ?? 0) > 0 || body.limit === 0)) throw refuse(400, "VALIDATION");
      const asked = { limit: body.limit, ahead: body.ahead ?? 0, wait: body.wait, signal };
      claims.push(asked);
      const count = await claim(asked);
      return Array.from({ length: count }, () => ({ id: `${++jobs}`, lease: "l", name: "job", traceparent: "" }));
    }
    if (path === "api/job-reports") {
      if (isOld) throw refuse(404, "NOT_FOUND");
      said.push(...body.reports.map(({ id, action }) => `${action} ${id}`));
      return body.reports.map(({ id }) => ({ id, state: null, refused: null }));
    }
    const [, , id, action] = path.split("/");
    if (action !== "heartbeat") said.push(`${action} ${id}`);
    return {};
  };
  const request: Requester = async ({ path, body, raw }, limits, read) => {
    await Promise.resolve();
    const sent = (body ?? JSON.parse(String(raw))) as Body;
    return read(Response.json({ data: await answer(path, sent, limits?.signal) }));
  };
  const errors: unknown[] = [];
  const worker = work(request, "q", handlers, { onError: (error) => errors.push(error), ...options });
  return { said, claims, errors, worker };
}

/** A claim that waits until the worker stops. */
const never = ({ signal }: ClaimAsked): Promise<number> =>
  new Promise((resolve) => signal?.addEventListener("abort", () => resolve(0)));

/** First so many jobs, and then none. */
function once(count: number): (asked: ClaimAsked) => number | Promise<number> {
  let isFirst = true;
  return (asked) => {
    if (!isFirst) return asked.wait > 0 ? never(asked) : 0;
    isFirst = false;
    return count;
  };
}

function compute(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await Bun.sleep(1);
}

test("handlers that do not yield let reports of others be made between them", async () => {
  const order: string[] = [];
  const { said, worker } = begin(
    ({ id }) => {
      order.push(`begin ${id}`, ...said.splice(0));
      compute(15);
    },
    { concurrency: 4 },
    once(4),
  );
  await until(() => said.includes("complete 4"));
  await worker.stop();
  expect(order.indexOf("complete 1")).toBeWithin(1, order.indexOf("begin 4"));
});

test("jobs that have waited for too long for a handler which does not yield are given back", async () => {
  const { said, worker } = begin(() => compute(15), { concurrency: 4, lease_seconds: 0.04 }, once(4));
  await until(() => said.length === 4);
  await worker.stop();
  expect(said.sort()).toEqual(["complete 1", "release 2", "release 3", "release 4"]);
});

test("as many jobs run at the same time as the worker may have, however many", async () => {
  const release = Promise.withResolvers<void>();
  let begun = 0;
  const { worker } = begin(
    () => {
      begun++;
      return release.promise;
    },
    { concurrency: 620 },
    ({ limit }) => limit,
  );
  await until(() => begun === 620);
  const stopped = worker.stop();
  release.resolve();
  await stopped;
});

test("a worker that stops gives back what a claim under way brings, and ends one that waits", async () => {
  const late = Promise.withResolvers<number>();
  const answers = [1, late.promise];
  const { said, claims, worker } = begin(
    () => null,
    {},
    (asked) => answers.shift() ?? never(asked),
  );
  await until(() => claims.length === 2);
  const stopped = worker.stop();
  late.resolve(2);
  await stopped;
  expect(claims.map(({ wait, signal }) => [wait > 0, signal?.aborted])).toEqual([
    [true, true],
    [false, undefined],
  ]);
  expect(said.sort()).toEqual(["complete 1", "release 2", "release 3"]);
  const idle = begin(() => null, {}, never);
  await until(() => idle.claims.length === 1);
  await idle.worker.stop();
});

test("at an older server jobs are reported one by one and none is claimed ahead", async () => {
  const release = Promise.withResolvers<void>();
  let given = 0;
  const { said, claims, errors, worker } = begin(
    ({ id }) => {
      if (id === "9") throw new Error("no");
      return id === "60" ? release.promise : null;
    },
    { concurrency: 2 },
    (asked) => {
      if (given >= 60) return asked.wait > 0 ? never(asked) : 0;
      given += asked.limit;
      return asked.limit;
    },
    true,
  );
  await until(() => said.length >= 59);
  release.resolve();
  await worker.stop();
  expect(errors).toEqual([]);
  expect(claims.every(({ ahead }) => ahead === 0)).toBe(true);
  expect(said.filter((one) => one.startsWith("complete"))).toHaveLength(given - 1);
  expect(said).toContain("fail 9");
});
