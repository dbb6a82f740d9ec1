/** What functions may call beside items and other servers, and that they reach nothing of what they do not declare. */
import { expect, test } from "bun:test";
import { bearer, testApp } from "../../testing/app.ts";

const sent: { to: string; subject: string; text: string; html: string }[] = [];
const mailer = {
  name: "test",
  capabilities: {},
  async send(mail: (typeof sent)[number]) {
    sent.push(mail);
  },
};
const app = testApp({ signUp: "open" }, { mailer: mailer as never });
await app.app.ready();
const boss = bearer(await app.signUp("boss@example.com"));
const dataOf = async (answer: Response) => {
  if (!answer.ok) throw new Error(await answer.text());
  return ((await answer.json()) as { data: never }).data;
};
const made = async (path: string, body: unknown, method = "POST", who = boss) =>
  dataOf(await app.send(path, body, who, method));
const read = async (path: string) => dataOf(await app.call(path, { headers: boss }));
/** Runs its body, which may also come from a request. */
const deployed = (name: string, permissions: object, body: string, prefix = "/api") =>
  made(
    `${prefix}/deployments/${name}`,
    {
      source: `const codeOf = ({ code, details }) => [code, details?.field ?? null];\nexport default async (context) => { const { kv, jobs, mail, db, request } = context; ${body} };`,
      permissions,
      http: { auth: "public" },
    },
    "PUT",
  );
const call = (name: string, body: unknown = {}, prefix = "/api") =>
  made(`${prefix}/functions/${name}`, body, "POST", {}) as Promise<unknown>;

test("values are set, counted, listed and deleted, each change at once", async () => {
  await deployed(
    "values",
    { kv: ["own", "carts"] },
    `const first = await kv.set("a/1", { n: 1 });
     const again = await kv.set("a/1", { n: 2 }, { if_version: first.version });
     const stale = await kv.set("a/1", 3, { if_version: first.version }).catch(codeOf);
     const taken = await kv.set("a/1", 3, { if_version: 0 }).catch(codeOf);
     const fresh = await kv.set("a/2", 3, { if_version: 0 });
     const absent = await kv.set("a/9", 3, { if_version: 5 }).catch(codeOf);
     await Promise.all(Array.from({ length: 20 }, () => kv.increment("count")));
     const back = await kv.increment("count", -3);
     const text = await kv.increment("a/1").catch(codeOf);
     await kv.increment("large", Number.MAX_SAFE_INTEGER);
     const large = await kv.increment("large").catch(codeOf);
     await kv.set("b", null, { namespace: "carts" });
     const page = await kv.list({ prefix: "a/", limit: 1 });
     const rest = await kv.list({ prefix: "a/", after: page.next });
     const gone = [await kv.delete("a/2"), await kv.delete("a/2"), await kv.delete("a/1", { if_version: 1 }).catch(codeOf)];
     const entry = await kv.entry("a/1");
     return { grows: again.version > first.version && fresh.version > 0, stale, taken, absent, back, text, large, gone,
       keys: [...page.entries, ...rest.entries].map(({ key, value }) => [key, value]), next: rest.next,
       value: entry.value, same: entry.version === again.version, never: [await kv.get("b"), await kv.entry("b", { namespace: "carts" }).then(({ value }) => value)] };`,
  );
  expect(await call("values")).toEqual({
    grows: true,
    stale: ["PRECONDITION_FAILED", null],
    taken: ["PRECONDITION_FAILED", null],
    absent: ["PRECONDITION_FAILED", null],
    back: 17,
    text: ["VALIDATION", "key"],
    large: ["VALIDATION", "key"],
    gone: [true, false, ["PRECONDITION_FAILED", null]],
    keys: [
      ["a/1", { n: 2 }],
      ["a/2", 3],
    ],
    next: null,
    value: { n: 2 },
    same: true,
    never: [null, null],
  } as never);
});

test("values end with their time, and with their function; wrong ones are refused by name", async () => {
  await deployed(
    "ends",
    { kv: ["own"] },
    `await kv.set("a", 1, { ttl: 60 }); return kv.increment("n", 2, { ttl: 60 });`,
  );
  await deployed("reads", { kv: ["own"] }, "return 0");
  expect(await call("ends")).toBe(2);
  await app.driver.run({
    sql: "update plinth_functions_kv set expires_at = 1 where expires_at is not null",
    params: [],
  });
  await deployed(
    "ends",
    { kv: ["own"] },
    `return [await kv.get("a"), await kv.increment("n", 5), await kv.delete("a")]`,
  );
  expect(await call("ends")).toEqual([null, 5, false]);
  await app.app.tick();
  const count = "select count(*) as n from plinth_functions_kv where key = 'a'";
  expect(await app.driver.all({ sql: count, params: [] })).toEqual([{ n: 0 }]);
  await deployed(
    "wrong",
    { kv: ["own"] },
    `const wrong = [kv.set("", 1), kv.set("x".repeat(600), 1), kv.set("a\\0", 1), kv.set("\\ud800", 1), kv.set("a", "x".repeat(40000)), kv.set("a", 1, { ttl: -1 }),
       kv.set("a", 1, { time: 1 }), kv.increment("a", 0.5), kv.set("a", new Map()), kv.list({ limit: 5000 }), kv.get("a", { namespace: "carts" })];
     return Promise.all(wrong.map((one) => one.then(() => "done", ({ code, details }) => code + " " + details?.field)));`,
  );
  expect(await call("wrong")).toEqual([
    "VALIDATION key",
    "VALIDATION key",
    "VALIDATION key",
    "VALIDATION key",
    "LIMIT_EXCEEDED value",
    "VALIDATION ttl",
    "VALIDATION options",
    "VALIDATION by",
    "VALIDATION value",
    "VALIDATION limit",
    "FORBIDDEN namespace",
  ]);
  await made("/api/deployments/ends", undefined, "DELETE");
  const left = "select count(*) as n from plinth_functions_kv where function_id is not null and key = 'n'";
  expect(await app.driver.all({ sql: left, params: [] })).toEqual([{ n: 0 }]);
});

test("neither another function nor another workspace reads what one keeps for itself", async () => {
  await made("/api/workspaces", { slug: "other", name: "Other" });
  const keeps = `return request.method === "POST" && (await request.json()).write
    ? kv.set("secret", 1).then(() => kv.set("secret", 2, { namespace: "shared" })).then(() => "kept")
    : [await kv.get("secret"), await kv.get("secret", { namespace: "shared" }), (await kv.list()).entries.length]`;
  for (const [name, prefix] of [
    ["keeps", "/api"],
    ["looks", "/api"],
    ["keeps", "/api/t/other"],
  ] as const)
    await deployed(name, { kv: ["own", "shared"] }, keeps, prefix);
  expect(await call("keeps", { write: true })).toBe("kept");
  expect(await call("keeps")).toEqual([1, 2, 1]);
  expect(await call("looks")).toEqual([null, 2, 0]);
  expect(await call("keeps", {}, "/api/t/other")).toEqual([null, null, 0]);
});

test("jobs are stored in the queues and for the functions that are declared, also by a batch", async () => {
  await made("/api/collections", { slug: "orders", fields: [{ name: "n", type: "integer" }] });
  await deployed("bills", {}, "return context.job.payload");
  const work = `const kinds = [{ queue: "mails", name: "a" }, { queue: "other", name: "a" }, { kind: "function", name: "bills", payload: 7 },
      { kind: "function", name: "values" }, { kind: "http", queue: "mails", payload: { url: "https://example.com" } }, { queue: "mails" }];
    const alone = await Promise.all(kinds.map((one) => jobs.enqueue(one).then(({ kind }) => kind, codeOf)));
    const order = { op: "create", collection: "orders", data: { n: 1 } };
    const batch = (queue) => db.batch([order, { op: "enqueue", queue, name: "b", payload: { id: { $ref: "ops.0.id" } } }]);
    return [...alone, await batch("mails").then((made) => made[1].payload.id === made[0].id), await batch("other").catch(codeOf)];`;
  const permissions = { as: "system", actions: ["create"], collections: ["orders"], jobs: ["mails", "function:bills"] };
  await deployed("stores", permissions, work);
  const refused = (field: string) => ["FORBIDDEN", field];
  expect(await call("stores")).toEqual([
    "task",
    refused("queue"),
    "function",
    refused("kind"),
    refused("kind"),
    ["VALIDATION", "name"],
    true,
    refused("operations.1.queue"),
  ]);
  expect(await read("/api/jobs?queue=mails")).toMatchObject([
    { name: "b", created_by: "function:stores" },
    { name: "a", created_by: "function:stores" },
  ] as never);
  expect(((await read("/api/items/orders")) as unknown[]).length).toBe(1);
});

test("a mail is sent by the outbox, so many in an hour to one address", async () => {
  await deployed(
    "mails",
    { mail: true },
    `const send = (to, more) => mail.send({ to, subject: "Order\\n7", text: "a <b>\\n{{email}}", ...more }).then(() => "sent", codeOf);
     const many = []; for (let i = 0; i < 6; i++) many.push(await send("ann@example.com"));
     return [...many, await send("nobody"), await send("ann@example.com", { text: "" }), await send("ann@example.com", { bcc: "x@example.com" })];`,
  );
  const [first, , , , fifth, sixth, ...wrong] = (await call("mails")) as unknown[];
  expect([first, fifth, sixth]).toEqual(["sent", "sent", ["RATE_LIMITED", null]]);
  expect(wrong).toEqual([
    ["VALIDATION", "to"],
    ["VALIDATION", "text"],
    ["VALIDATION", "options"],
  ]);
  await app.app.tick();
  const [mail] = sent.filter(({ to }) => to === "ann@example.com");
  expect(mail).toMatchObject({ subject: "Order 7", text: "a <b>\n{{email}}" });
  expect(mail!.html).toContain("a &lt;b&gt;");
});

test("what is not declared is not there", async () => {
  await deployed("bare", {}, "return [typeof kv, typeof jobs, typeof mail, typeof db, Object.keys(context).sort()]");
  const nothing = Array.from({ length: 4 }, () => "undefined");
  expect(await call("bare")).toEqual([...nothing, ["env", "path", "request", "user"]]);
});
