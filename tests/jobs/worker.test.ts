import { afterEach, expect, test } from "bun:test";
import { openWithHooks, stopReceiver } from "../../apps/server/src/testing/hooks.ts";
import { verified } from "../../apps/server/src/testing/signed-message.ts";
import { type Client, createClient } from "../../packages/client/src/index.ts";
import { type Job, JobFailed, jobs } from "../../packages/client/src/jobs/index.ts";

afterEach(stopReceiver);

const ANSWERS = 503;

/** A workspace, a client with a secret key of it, and a clock that a test sets. */
async function open(answer: () => Response = () => new Response("thanks")) {
  let ahead = 0;
  const world = await openWithHooks(answer, { clock: { now: () => Date.now() + ahead } });
  const made = await world.send("/api/t/acme/keys", { name: "jobs", kind: "secret" }, world.operator);
  const { key } = ((await made.json()) as { data: { key: string } }).data;
  const fetch = (async (url: string, init: RequestInit) => {
    const { pathname, search } = new URL(url);
    return world.call(`${pathname}${search}`, init);
  }) as typeof globalThis.fetch;
  const client: Client = createClient({ url: "http://localhost", key, fetch });
  /** Does what is due some time later, until a job is as it should be. */
  const later = async (ms: number, id: string, holds: (job: Job) => boolean): Promise<Job> => {
    ahead += ms;
    for (;;) {
      await world.app.tick();
      const job = await jobs(client).get(id);
      if (holds(job)) return job;
      await Bun.sleep(5);
    }
  };
  const pass = (ms: number): void => {
    ahead += ms;
  };
  return { ...world, client, key, later, pass };
}

test("an http job is posted and signed, with one id for all of its attempts", async () => {
  let status = ANSWERS;
  const { client, later, rotate, url, received } = await open(() => new Response("thanks", { status }));
  const job = { kind: "http", name: "order.paid", payload: { url, data: { order: 7 } } };
  const unsigned = await jobs(client).enqueue(job);
  const dead = await later(0, unsigned.id, ({ state }) => state === "dead");
  expect(dead.last_error).toContain("hook-secret");
  const secret = await rotate();
  const { id } = await jobs(client).enqueue(job);
  const failed = await later(0, id, ({ state }) => state === "scheduled");
  expect(failed.last_error).toBe("It answered with status 503.");
  status = 200;
  const done = await later(20_000, id, ({ state }) => state === "succeeded");
  expect(done).toMatchObject({ attempts: 2, last_error: null, result: { status: 200, body: "thanks" } });
  const messages = received.map((message) => verified(secret, message));
  expect(messages.map(({ type, data }) => ({ type, data }))).toEqual(
    Array(2).fill({ type: "job.order.paid", data: { order: 7 } }),
  );
  expect(received.map(({ headers }) => headers["webhook-id"])).toEqual(Array(2).fill(`job_${id}`));
});

test("a worker of the client does jobs, reports results and errors, and ends with what is under way", async () => {
  const { client } = await open();
  const enqueue = (name: string, payload: unknown = null) => jobs(client).enqueue({ name, payload, max_attempts: 1 });
  const errors: unknown[] = [];
  let release = () => {};
  const begun = Promise.withResolvers<void>();
  const worker = jobs(client).work(
    "default",
    {
      add: ({ payload }) => payload.a + payload.b,
      fail: () => Promise.reject(new JobFailed("never")),
      // Not found is what the work asks for, not the job.
      missing: () => jobs(client).get(crypto.randomUUID()),
      long: async ({ progress, signal }) => {
        await progress({ half: true });
        begun.resolve();
        await new Promise<void>((resolve) => {
          release = resolve;
          signal.addEventListener("abort", () => resolve());
        });
        return signal.aborted;
      },
    },
    { concurrency: 3, onError: (error) => errors.push(error) },
  );
  const enqueued = [
    await enqueue("add", { a: 1, b: 2 }),
    await enqueue("fail"),
    await enqueue("other"),
    await enqueue("missing"),
    await enqueue("long"),
  ];
  await begun.promise;
  const stopped = worker.stop();
  expect(await jobs(client).get(enqueued[4]!.id)).toMatchObject({ state: "active", progress: { half: true } });
  release();
  await stopped;
  const ended = await Promise.all(enqueued.map(({ id }) => jobs(client).get(id)));
  expect(ended.map(({ state, result, last_error }) => [state, result ?? last_error])).toEqual([
    ["succeeded", 3],
    ["dead", "never"],
    ["dead", "This worker has no handler for other."],
    ["dead", "There is no such job."],
    ["succeeded", false],
  ]);
  expect(errors).toEqual([]);
});

test("a job that is done is not reported as failed where its end cannot be reported", async () => {
  const { client, call, key } = await open();
  const reports: string[] = [];
  const fetch = (async (url: string, init: RequestInit) => {
    const { pathname, search } = new URL(url);
    const isReport = pathname === "/api/job-reports";
    if (isReport)
      reports.push(...JSON.parse(String(init.body)).reports.map(({ action }: { action: string }) => action));
    return isReport ? new Response("{}", { status: 500 }) : call(`${pathname}${search}`, init);
  }) as typeof globalThis.fetch;
  const { id } = await jobs(client).enqueue({ name: "add", max_attempts: 1 });
  const failed = Promise.withResolvers<unknown>();
  const worker = jobs(createClient({ url: "http://localhost", key, fetch })).work("default", () => 3, {
    onError: failed.resolve,
  });
  expect(await failed.promise).toMatchObject({ status: 500 });
  await worker.stop();
  expect(reports).toEqual(["complete"]);
  expect((await jobs(client).get(id)).state).toBe("active");
});

test("a worker that gets on fast claims ahead and reports in groups, and gives back what it has not begun", async () => {
  const { client, call, key } = await open();
  const JOBS = 60;
  await client.batch((batch) => {
    for (let n = 0; n < JOBS; n++) batch.enqueue({ name: n === JOBS - 10 ? "long" : "quick", payload: n });
  });
  const sent: { path: string; body: { limit: number; ahead: number; reports?: { action: string }[] } }[] = [];
  const fetch = (async (url: string, init: RequestInit) => {
    const { pathname, search } = new URL(url);
    sent.push({ path: pathname, body: JSON.parse(String(init.body)) });
    return call(`${pathname}${search}`, init);
  }) as typeof globalThis.fetch;
  const begun = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const worker = jobs(createClient({ url: "http://localhost", key, fetch })).work("default", {
    quick: () => null,
    long: () => {
      begun.resolve();
      return release.promise;
    },
  });
  await begun.promise;
  const stopped = worker.stop();
  release.resolve();
  await stopped;
  const { counts } = await jobs(client).queues.get("default");
  expect(counts).toMatchObject({ succeeded: JOBS - 9, active: 0, pending: 9 });
  const { data } = await jobs(client).list({ state: "pending" });
  expect(data.map(({ attempts }) => attempts)).toEqual(Array(9).fill(0));
  expect(sent.some(({ body }) => body.ahead > 0)).toBe(true);
  const groups = sent.flatMap(({ body }) => (body.reports ? [body.reports] : []));
  expect(groups.flat().filter(({ action }) => action === "complete")).toHaveLength(JOBS - 9);
  expect(groups.length).toBeLessThan(JOBS / 4);
});

test("a report that the server does not take keeps no other from being made", async () => {
  const { client } = await open();
  const errors: unknown[] = [];
  await client.batch((batch) => {
    for (const name of ["small", "large", "odd", "small"]) batch.enqueue({ name, max_attempts: 1 });
  });
  const worker = jobs(client).work(
    "default",
    { small: () => 1, large: () => "x".repeat(300_000), odd: () => Number.NaN },
    { concurrency: 4, onError: (error) => errors.push(error) },
  );
  for (;;) {
    const { counts } = await jobs(client).queues.get("default");
    if (counts.succeeded === 2 && errors.length === 2) break;
    await Bun.sleep(5);
  }
  await worker.stop();
  const codes = errors.map((error) => (error as { code?: string }).code ?? (error as Error).name);
  expect(codes.sort()).toEqual(["BODY_TOO_LARGE", "TypeError"]);
});

test("a job and an item of one batch refer to each other, and a repeated request stores neither again", async () => {
  const { client } = await open();
  await client.request("api/collections", {
    method: "POST",
    body: { slug: "orders", fields: [{ name: "n", type: "integer" }] },
  });
  const write = () =>
    client.batch(
      (batch) => {
        const order = batch.from("orders").create({ n: 1 });
        const job = batch.enqueue({ name: "receipt", payload: { order: order.ref("id") } });
        return { order, job };
      },
      { idempotencyKey: "order 1" },
    );
  const first = await write();
  expect(first.job.payload).toEqual({ order: first.order.id! });
  expect((await write()).job.id).toBe(first.job.id);
  expect((await jobs(client).list({ name: "receipt" })).data).toHaveLength(1);
});

test("a worker that is killed loses no job, and no step that was done is done again", async () => {
  const { client, call, key, pass } = await open();
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const body = request.method === "GET" ? undefined : await request.text();
      return call(`${pathname}${search}`, { method: request.method, headers: request.headers, ...(body && { body }) });
    },
  });
  const { id } = await jobs(client).enqueue({ name: "order" });
  const script = new URL("mortal-worker.ts", import.meta.url).pathname;
  const mortal = Bun.spawn([process.execPath, script, `http://127.0.0.1:${server.port}`, key], { stdout: "pipe" });
  const { value } = await mortal.stdout.getReader().read();
  expect(new TextDecoder().decode(value)).toBe("paid\n");
  mortal.kill("SIGKILL");
  await mortal.exited;
  server.stop(true);
  expect(await jobs(client).get(id)).toMatchObject({ state: "active", attempts: 1 });
  pass(61_000);
  const ran: string[] = [];
  const done = Promise.withResolvers<void>();
  const worker = jobs(client).work("default", async ({ step }) => {
    const paid = await step.run("pay", () => {
      ran.push("pay");
      return { paid: 0 };
    });
    const sent = await step.run("send", () => {
      ran.push("send");
      return true;
    });
    done.resolve();
    return { ...paid, sent };
  });
  await done.promise;
  await worker.stop();
  const result = { paid: mortal.pid, sent: true };
  expect(await jobs(client).get(id)).toMatchObject({ state: "succeeded", attempts: 2, result });
  expect(ran).toEqual(["send"]);
});

test("the client sets queues, and runs dead jobs again", async () => {
  const { client, later } = await open();
  const { enqueue, work, queues, get } = jobs(client);
  expect(await queues.save("mail", { max_attempts: 1, rate_limit: { jobs: 9, seconds: 1 } })).toMatchObject({
    queue: "mail",
    rate_limit: { jobs: 9, seconds: 1 },
  });
  const { id } = await enqueue({ queue: "mail", name: "letter" });
  let fails = true;
  const worker = work("mail", () => (fails ? Promise.reject(new Error("no")) : "sent"));
  await later(0, id, ({ state }) => state === "dead");
  fails = false;
  expect(await queues.pause("mail")).toMatchObject({ paused: true });
  expect(await queues.replay("mail", { name: "letter" })).toEqual({ replayed: 1, passed_over: 0 });
  expect(await queues.get("mail")).toMatchObject({ paused: true, counts: { pending: 1, dead: 0 } });
  expect(await queues.cancel("mail", { name: "other" })).toEqual({ cancelled: 0 });
  await queues.resume("mail");
  await later(2000, id, ({ state }) => state === "succeeded");
  expect((await get(id)).result).toBe("sent");
  expect((await queues.list()).data.map(({ queue }) => queue)).toEqual(["mail"]);
  await worker.stop();
});
