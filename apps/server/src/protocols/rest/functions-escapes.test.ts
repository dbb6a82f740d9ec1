/** Functions that attack by what they may call: forged names and numbers, tricks with prototypes, huge and endless arguments, another workspace's names. */
import { afterAll, expect, test } from "bun:test";
import { memoryFileStore } from "@plinth/adapters-memory";
import { until } from "@plinth/core/testing";
import { aiStub } from "../../testing/ai-stub.ts";
import { bearer, testApp } from "../../testing/app.ts";

const stub = aiStub();
afterAll(stub.stop);
const store = memoryFileStore();
const ai = { url: stub.url, key: "sk", chatModels: ["m"], embeddingModels: ["e"], tokensADay: 1_000_000 };
const app = testApp({ ai, maxBodyBytes: 100_000 }, { files: async () => store });
await app.app.ready();
const boss = bearer(await app.signUp("boss@example.com"));
const made = async (path: string, body: unknown, method = "POST") => {
  const answer = await app.send(path, body, boss, method);
  if (!answer.ok) throw new Error(await answer.text());
  return ((await answer.json()) as { data: never }).data;
};
const ALL = {
  ...{ as: "system", kv: ["own"], jobs: ["work"], mail: true, ai: true },
  files: { buckets: ["box"], actions: ["read", "create", "update", "delete"] },
};
const deploy = (name: string, body: string, more: object = {}, prefix = "/api") => {
  const source = `const said = (one) => one.then(() => "done", ({ code, name, message }) => code ?? (name + ": " + message));
    export default async (context) => { const { kv, jobs, mail, files, ai } = context; ${body} };`;
  return made(`${prefix}/deployments/${name}`, { source, permissions: ALL, limits: { cpu_ms: 2000 }, ...more }, "PUT");
};
const send = (name: string) => app.send(`/api/functions/${name}`, {}, boss);
const call = (name: string, prefix = "/api") => made(`${prefix}/functions/${name}`, {}) as Promise<unknown>;
await made("/api/buckets", { name: "box" });
await made("/api/workspaces", { slug: "other", name: "Other" });
await made("/api/t/other/buckets", { name: "theirs" });

test("names that objects have by themselves are names like others, and no key reaches a prototype", async () => {
  await deploy(
    "names",
    `const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];
     const found = [];
     for (const name of names) found.push(await kv.get(name), await said(kv.get("a", { namespace: name })), await said(files.info(name, "x")), await said(files.list(name)),
       await said(jobs.enqueue({ queue: name, name: "x" })), await said(ai.chat({ model: name, messages: [{ role: "user", content: "x" }] })));
     await kv.set("constructor", 1);
     const owned = JSON.parse('{"__proto__": {"owned": 1}}');
     const tried = [kv.set("p", owned), kv.get("p", owned), files.put("box", "p", "x", owned), files.list("box", owned), mail.send(owned), jobs.enqueue(owned), ai.chat(owned), ai.embed({ input: owned })];
     return { found, own: (await kv.list()).entries.map(({ key }) => key), tried: await Promise.all(tried.map(said)) };`,
  );
  const { found, own, tried } = (await call("names")) as { found: unknown[]; own: string[]; tried: string[] };
  expect(new Set(found)).toEqual(new Set([null, "FORBIDDEN", "VALIDATION"]));
  expect(found).not.toContain("done");
  expect(own).toEqual(["constructor"]);
  for (const one of tried) expect(one).toContain("__proto__");
  expect(({} as { owned?: unknown }).owned).toBeUndefined();
});

test("the numbers of streams and uploads cannot be forged", async () => {
  // What crosses to the server is made by JSON.stringify, which the function has replaced.
  await deploy(
    "forges",
    `const real = JSON.stringify;
     const forge = (json) => { JSON.stringify = (value, ...more) => (Array.isArray(value) ? json : real(value, ...more)); };
     const messages = [{ role: "user", content: "x" }];
     const found = [];
     for (const id of ['"constructor"', '"__proto__"', "99", "null", '{"a":1}', "-1"]) {
       const stream = ai.stream({ messages });
       await stream.next();
       forge("[" + id + "]");
       const read = await said(stream.next());
       JSON.stringify = real;
       async function* body() { yield "x"; forge("[" + id + ',{"$":"bytes","v":0}]'); yield "y"; }
       const written = await said(files.put("box", "b", body()));
       JSON.stringify = real;
       found.push(read, written);
     }
     return found;`,
  );
  // The upload's own end is forged too, without the bytes that it names.
  const refused = ["VALIDATION", "TypeError: a value that cannot leave the sandbox"];
  expect(await call("forges")).toEqual(Array(6).fill(refused).flat() as never);
  expect(await made("/api/items/files/query", {})).toEqual([] as never);
  expect((await store.list()).files).toEqual([]);
});

test("huge arguments are refused, one by one, and the run goes on", async () => {
  await deploy(
    "huge",
    `const text = "x".repeat(1_200_000);
     const deep = JSON.parse("[".repeat(400) + "]".repeat(400));
     const tried = [kv.set("a", text), kv.get(text), mail.send({ to: "a@example.com", subject: "s", text }), jobs.enqueue({ queue: "work", name: "x", payload: text }),
       files.list(text), files.info("box", text), files.put("box", "a", "x", { metadata: { text } }), ai.chat({ messages: [{ role: "user", content: text }] }), ai.embed({ input: [text] }),
       ai.chat({ messages: [{ role: "user", content: "x" }], max_tokens: 1e9 }), kv.set("deep", deep), jobs.enqueue({ queue: "work", name: "x", payload: deep }), ai.chat({ messages: [deep] })];
     return Promise.all(tried.map(said));`,
    { limits: { cpu_ms: 2000, memory_mb: 64 } },
  );
  for (const one of (await call("huge")) as string[]) expect(one).not.toBe("done");
  expect(stub.asked.filter(({ body }) => JSON.stringify(body).length > 100_000)).toEqual([]);
});

test("what never settles ends with the run, here and at the endpoint", async () => {
  let isCut = false;
  stub.answers.push(
    () =>
      new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(new Uint8Array([10])),
          cancel() {
            isCut = true;
          },
        }),
      ),
  );
  await deploy(
    "waits",
    `for await (const text of ai.stream({ messages: [{ role: "user", content: "x" }] })) return text;`,
    {
      limits: { wall_ms: 300 },
    },
  );
  expect((await send("waits")).status).toBe(500);
  await until(() => isCut);
  await deploy(
    "stalls",
    `await files.put("box", "never", { async *[Symbol.asyncIterator]() { yield "x"; await new Promise(() => setInterval(() => {}, 5)); } });`,
    {
      limits: { wall_ms: 300 },
    },
  );
  expect((await send("stalls")).status).toBe(500);
  await deploy("asks", `return said(files.info("box", "never"))`);
  expect(await call("asks")).toBe("NOT_FOUND");
});

test("another workspace's names lead nowhere", async () => {
  await deploy("keeps", `await files.put("box", "secret", "s"); await kv.set("secret", 1); return 1;`);
  await call("keeps");
  const body = `const tried = [files.read("theirs", "x"), files.read("../other/theirs", "x"), files.read("box", "../../other/theirs/x"), files.info("box", "secret")];
     return { tried: await Promise.all(tried.map(said)), value: await kv.get("secret") };`;
  await deploy("looks", body);
  expect(await call("looks")).toEqual({
    tried: ["FORBIDDEN", "FORBIDDEN", "VALIDATION", "done"],
    value: null,
  } as never);
  // The same function there, where there is no such bucket.
  await deploy("looks", body, {}, "/api/t/other");
  expect(await call("looks", "/api/t/other")).toEqual({
    ...{ tried: ["FORBIDDEN", "FORBIDDEN", "VALIDATION", "NOT_FOUND"], value: null },
  } as never);
  // Its own endpoint is its own.
  await made("/api/t/other/ai-settings", { url: "https://ai.example.com/v1", key: "sk-theirs" }, "PATCH");
  expect(await made("/api/ai-settings/test", undefined)).toMatchObject({ chat: { ok: true } });
});
