/** Runs of flows: what they keep, how they fail, and how they go on. */
import { afterAll, expect, test } from "bun:test";
import { bearer, refusalIn } from "../../testing/app.ts";
import { dataIn, type FlowRunSeen, flowBench, ORDERS } from "../../testing/flows.ts";

const { app, boss, made, read, start, ended, asked, answers, host, advance, deploy, stepsOf, ran, stop } =
  await flowBench();
afterAll(stop);

test("a failing node is tried again, its attempts are kept, and the run goes where it says", async () => {
  const ask = { type: "http", url: `http://${host}/pay`, body: { total: "{{ input.total }}" } };
  const permissions = { ...ORDERS, fetch: [host] };
  await deploy(
    "pays",
    [{ id: "pay", ...ask, headers: { authorization: "Bearer {{ secrets.PAY }}" }, retry: { attempts: 3, seconds: 5 } }],
    { permissions },
  );
  await made("/api/flows/pays/secrets/PAY", { value: "sk_secret" }, "PUT");
  answers.push(new Response("later", { status: 503 }));
  const id = await start("pays", { total: 7 });
  await ended(id, "scheduled");
  advance(6000);
  const run = await ended(id);
  expect(run).toMatchObject({ state: "succeeded", result: { status: 200, body: { paid: true } } });
  const [first, second] = asked.slice(-2);
  expect(first!.headers.get("authorization")).toBe("Bearer sk_secret");
  expect(first!.headers.get("idempotency-key")).toBe(`"job:${id}:pay"`);
  expect(second!.headers.get("idempotency-key")).toBe(`"job:${id}:pay"`);
  const steps = await stepsOf(id);
  expect(steps.map(({ attempt, error }) => [attempt, error?.code ?? null])).toEqual([
    [1, "HTTP_503"],
    [2, null],
  ]);
  expect(JSON.stringify(steps)).not.toContain("sk_secret");

  await deploy(
    "goes-on",
    [
      { id: "pay", ...ask, on_error: { goto: "note" } },
      { id: "never", type: "fail", message: "not here" },
      { id: "note", type: "set", value: "{{ errors.pay.code }}" },
    ],
    { permissions },
  );
  answers.push(new Response("no", { status: 402 }));
  expect(await ran("goes-on", { total: 1 })).toMatchObject({ state: "succeeded", result: "HTTP_402" });
});

test("a run that has failed goes on from a node, whose writes happen anew", async () => {
  const nodes = (message: string | null) => [
    { id: "first", type: "item", action: "create", collection: "orders", data: { total: 1, state: "retried" } },
    { id: "second", type: "item", action: "create", collection: "orders", data: { total: 2, state: "retried" } },
    ...(message === null ? [] : [{ id: "third", type: "http", url: `http://${host}/x` }]),
  ];
  await deploy("retried", nodes("fails"), { permissions: { ...ORDERS, fetch: [host] } });
  answers.push(new Response("no", { status: 400 }));
  const failed = await ran("retried");
  expect(failed).toMatchObject({
    state: "dead",
    error: expect.stringContaining("third: It answered with status 400") as string,
  });
  await made(`/api/flow-runs/${failed.id}/retry`, {});
  expect(await ended(failed.id)).toMatchObject({ state: "succeeded" });
  const totals = async () =>
    (await read<{ total: number }[]>('/api/items/orders?filter={"state":"retried"}&sort=total')).map(
      ({ total }) => total,
    );
  expect(await totals()).toEqual([1, 2]);
  await made(`/api/flow-runs/${failed.id}/retry`, { from: "second" });
  await ended(failed.id);
  expect(await totals()).toEqual([1, 2, 2]);
  const unknown = await app.send(`/api/flow-runs/${failed.id}/retry`, { from: "nothing" }, boss);
  expect(await refusalIn(unknown)).toEqual([422, "VALIDATION", "from"]);
});

test("a write whose result was not kept is not done again", async () => {
  await deploy("killed", [
    { id: "order", type: "item", action: "create", collection: "orders", data: { total: 9, state: "killed" } },
    { id: "pause", type: "wait", seconds: 60 },
  ]);
  const id = await start("killed");
  await ended(id, "scheduled");
  // As if the server had died between the write and its note.
  await app.driver.run({ sql: "delete from plinth_jobs_steps where name = 'order' and job_id = ?", params: [id] });
  advance(61_000);
  await ended(id);
  expect(await read('/api/items/orders?filter={"state":"killed"}')).toHaveLength(1);
  const [step] = await stepsOf(id);
  expect(step).toBeDefined();
});

test("versions do not change, an older one can run again, and runs follow the one they began with", async () => {
  const nodes = (value: number) => [
    { id: "pause", type: "wait", seconds: 60 },
    { id: "a", type: "set", value },
  ];
  await deploy("versions", nodes(1));
  const id = await start("versions");
  await ended(id, "scheduled");
  expect(await deploy("versions", nodes(2))).toMatchObject({ version: 2 });
  advance(61_000);
  expect(await ended(id)).toMatchObject({ result: 1 });
  expect(await made("/api/flows/versions/rollback", { version: 1 })).toMatchObject({ version: 1 });
  expect(await read<unknown[]>("/api/flows/versions/versions")).toMatchObject([
    { version: 2, active: false },
    { version: 1, active: true },
  ]);
  await made("/api/flows/versions", { enabled: false }, "PATCH");
  expect(await refusalIn(await app.send("/api/flows/versions/run", {}, boss))).toEqual([409, "CONFLICT", "name"]);
});

test("a run is cancelled, and lists have those of a flow", async () => {
  await deploy("cancelled", [{ id: "pause", type: "wait", seconds: 60 }]);
  const id = await start("cancelled");
  await ended(id, "scheduled");
  expect(await made(`/api/flow-runs/${id}/cancel`)).toMatchObject({ state: "cancelled", resumes_at: null });
  expect(await read<FlowRunSeen[]>("/api/flow-runs?flow=cancelled")).toMatchObject([{ id, state: "cancelled" }]);
  const job = await made<{ id: string }>("/api/jobs", { name: "no flow" });
  expect(await refusalIn(await app.call(`/api/flow-runs/${job.id}`, { headers: boss }))).toEqual([404, "NOT_FOUND"]);
});

test("no step has the value of a secret, in its error or in an echo", async () => {
  const asks = (authorization: string) => [
    { id: "pay", type: "http", url: `http://${host}/pay`, headers: { authorization } },
  ];
  const permissions = { fetch: [host] };
  await deploy("leaks", asks("{{ {}[secrets.PAY] }}"), { permissions });
  await deploy("echoes", asks("Bearer {{ secrets.PAY }}"), { permissions });
  for (const name of ["leaks", "echoes"]) await made(`/api/flows/${name}/secrets/PAY`, { value: "sk_secret" }, "PUT");
  const { id, error } = await ran("leaks");
  expect(error).toBe("pay: {}[secrets.PAY]: it fails. Why is not shown, as it names secrets.");
  answers.push(new Response("Bearer sk_secret is wrong", { status: 400 }), Response.json({ sk_secret: ["sk_secret"] }));
  expect(await ran("echoes")).toMatchObject({ error: "pay: It answered with status 400: Bearer … is wrong" });
  expect(await ran("echoes")).toMatchObject({ result: { body: { "…": ["…"] } } });
  expect(JSON.stringify(await stepsOf(id))).not.toContain("sk_secret");
});

test("a job of the kind flow starts what callers may start, and says nothing about what has triggered it", async () => {
  const [nodes, verify] = [[{ id: "a", type: "set", value: "{{ input }}" }], { scheme: "standard", secret: "HOOK" }];
  await deploy("stored", nodes);
  await deploy("signed", nodes, { triggers: [{ type: "webhook", verify }] });
  const store = (name: string, payload: object) => app.send("/api/jobs", { kind: "flow", name, payload }, boss);
  const run = async (name: string) => ended((await dataIn<FlowRunSeen>(await store(name, { input: 7 }))).id);
  for (const [field, payload] of [
    ["payload", { input: {}, trigger: { type: "webhook", id: "evt_1" } }],
    ["payload.input", { input: "a".repeat(70_000) }],
  ] as const)
    expect(await refusalIn(await store("signed", payload))).toEqual([422, "VALIDATION", field]);
  expect(await run("stored")).toMatchObject({ state: "succeeded", result: 7 });
  expect(await refusalIn(await store("signed", { input: 7 }))).toEqual([422, "VALIDATION", "name"]);
  const { id: late } = await made<FlowRunSeen>("/api/jobs", { kind: "flow", name: "stored", delay: 3600 });
  await deploy("stored", nodes, { triggers: [{ type: "webhook", verify }] });
  await made(`/api/jobs/${late}/retry`, {});
  expect(await ended(late)).toMatchObject({ state: "dead", error: "The flow stored has no manual trigger." });
  await deploy("stored", nodes);
  await made("/api/flows/stored", { enabled: false }, "PATCH");
  expect(await run("stored")).toMatchObject({ state: "dead", error: "The flow stored is not enabled." });
});

test("only administrators deploy, run and read flows", async () => {
  const ann = bearer(await app.signUp("ann@example.com"));
  const tries = [
    app.call("/api/flows", { headers: ann }),
    app.send("/api/flows/orders/run", {}, ann),
    app.send("/api/flows/hers", { nodes: [{ id: "a", type: "set", value: 1 }] }, ann, "PUT"),
    app.call("/api/flow-runs", { headers: ann }),
  ];
  for (const one of tries) expect(await refusalIn(await one)).toEqual([403, "FORBIDDEN"]);
  expect(
    await refusalIn(await app.send("/api/jobs", { kind: "flow", name: "orders", payload: { as: "x" } }, boss)),
  ).toEqual([422, "VALIDATION", "payload"]);
});

test("a run waits for an event with its key, and goes on without one when its time is over", async () => {
  await deploy("paid", [
    { id: "paid", type: "event", event: "order.paid", key: "{{ input.order }}", timeout: 60 },
    { id: "by", type: "set", value: "{{ steps.paid == null ? 'nobody' : steps.paid.payload.by }}" },
  ]);
  const [id, late] = [await start("paid", { order: 7 }), await start("paid", { order: 8 })];
  await ended(id, "scheduled");
  await ended(late, "scheduled");
  await made("/api/events", { name: "order.paid", key: "7", payload: { by: "Ann" } });
  expect(await ended(id)).toMatchObject({ state: "succeeded", result: "Ann" });
  const steps = await stepsOf(id);
  expect(steps.map(({ path }) => path)).toEqual(["paid.waits", "paid", "by"]);
  expect(steps[1]).toMatchObject({ input: { event: "order.paid", key: "7" }, output: { payload: { by: "Ann" } } });
  advance(61_000);
  expect(await ended(late)).toMatchObject({ state: "succeeded", result: "nobody" });
});

test("a function that runs as a node waits for events, too", async () => {
  const source = `export default async ({ step }) => (await step.waitForEvent("called", { timeout: 60 })).payload;`;
  await made("/api/deployments/waiting", { source }, "PUT");
  await deploy("calls", [{ id: "call", type: "function", name: "waiting" }], {
    permissions: { functions: ["waiting"] },
  });
  const id = await start("calls");
  await ended(id, "scheduled");
  await made("/api/events", { name: "called", payload: 42 });
  expect(await ended(id)).toMatchObject({ state: "succeeded", result: 42 });
});

test("a run of a flow is one run in the log, whose nodes are its spans, whatever it waits for", async () => {
  await deploy("logged", [
    { id: "before", type: "set", value: 1 },
    { id: "wrong", type: "fail", message: "no", on_error: "continue" },
    { id: "paid", type: "event", event: "logged.paid", key: "{{ run.id }}" },
    { id: "after", type: "set", value: 2 },
  ]);
  const id = await start("logged");
  await ended(id, "scheduled");
  const logged = () => read<{ id: string; status: string; trigger: string }[]>(`/api/runs?kind=flow&job=${id}`);
  const [waits] = await logged();
  expect(waits).toMatchObject({ kind: "flow", name: "logged", version: 1, trigger: "manual", status: "suspended" });
  await made("/api/events", { name: "logged.paid", key: id });
  await ended(id);
  const all = await logged();
  expect(all).toMatchObject([{ id: waits!.id, status: "succeeded", error: null }]);
  const { spans, span_id } = await read<{
    span_id: string;
    spans: { name: string; status: string; attributes: object; parent_span_id: string }[];
  }>(`/api/runs/${waits!.id}`);
  expect(new Set(spans.map(({ parent_span_id }) => parent_span_id))).toEqual(new Set([span_id]));
  expect(spans.map(({ name, status }) => `${name} ${status}`)).toEqual([
    ...["before ok", "wrong error", "paid.waits ok", "paid ok", "after ok"],
  ]);
  expect(spans[0]!.attributes).toEqual({ "flow.node": "before", "flow.node.type": "set", "flow.attempt": 1 });

  const other = await start("logged");
  await ended(other, "scheduled");
  await made(`/api/flow-runs/${other}/cancel`);
  expect(await read(`/api/runs?kind=flow&job=${other}`)).toMatchObject([{ status: "cancelled" }]);
});

test("a server that does not know a kind of node leaves the run to newer ones, and uses up no attempt", async () => {
  await deploy("newer", [
    { id: "known", type: "set", value: 1 },
    { id: "unknown", type: "set", value: 2 },
  ]);
  const rename = (table: string, column: string, [from, to]: [string, string]) =>
    app.driver.run({
      sql: `update ${table} set ${column} = replace(${column}, '"unknown","type":"${from}"', '"unknown","type":"${to}"')`,
      params: [],
    });
  await rename("plinth_flows_versions", "definition", ["set", "later"]);
  const id = await start("newer");
  await ended(id, "scheduled");
  advance(61_000);
  await app.app.tick();
  await ended(id, "scheduled");
  expect(await read(`/api/jobs/${id}`)).toMatchObject({ attempts: 0, last_error: null });
  await rename("plinth_jobs_steps", "result", ["later", "set"]);
  advance(61_000);
  expect(await ended(id)).toMatchObject({ state: "succeeded", result: 2 });
});
