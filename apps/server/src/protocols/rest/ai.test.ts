/** AI models: whose endpoint is asked, which models, how many tokens, and what a function or a flow gets. */
import { afterAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import path from "node:path";
import { aiStub } from "../../testing/ai-stub.ts";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";
import { flowBench } from "../../testing/flows.ts";

const stub = aiStub();
afterAll(stub.stop);
const SERVER_AI = {
  url: stub.url,
  key: "sk-of-the-server",
  chatModels: ["small", "large"],
  embeddingModels: ["vectors"],
  tokensADay: 3000,
};
const logged: string[] = [];
const write = (...line: unknown[]) => void logged.push(JSON.stringify(line));
const log = { debug: write, info: write, error: write, warn: write };
const app = testApp({ ai: SERVER_AI, privateAddresses: new Set([stub.host]) }, { log });
await app.app.ready();
const boss = bearer(await app.signUp("boss@example.com"));
const bare = testApp();
await bare.app.ready();
const owner = bearer(await bare.signUp("boss@example.com"));

const dataOf = async (answer: Response) => {
  if (!answer.ok) throw new Error(await answer.text());
  return ((await answer.json()) as { data: never }).data;
};
const change = (body: object, who = boss, on = app) => on.send("/api/ai-settings", body, who, "PATCH");
const deploy = async (name: string, body: string, permissions: object, on = app, who = boss) => {
  const source = `const seen = ({ code, details, message }) => ({ code, details, message });
    export default async ({ ai, request }) => { ${body} };`;
  return dataOf(await on.send(`/api/deployments/${name}`, { source, permissions }, who, "PUT"));
};
const call = async (name: string, on = app, who = boss) => dataOf(await on.send(`/api/functions/${name}`, {}, who));
const HELLO = `{ messages: [{ role: "user", content: "hello there" }], max_tokens: 50 }`;
/** What is set aside for it: characters divided by three, and `max_tokens`. */
const HELLO_TOKENS =
  Math.ceil(JSON.stringify({ messages: [{ role: "user", content: "hello there" }], max_tokens: 50 }).length / 3) + 50;
const shown = async () => dataOf(await app.call("/api/ai-settings", { headers: boss }));
const usedNow = async () => ((await shown()) as { used: { tokens: number } }).used.tokens;

test("a function asks the server's models: whole, piece by piece and for embeddings; its run has the tokens", async () => {
  await deploy(
    "asks",
    `const chat = await ai.chat(${HELLO});
     const pieces = [];
     const stream = ai.stream({ ...${HELLO}, model: "large" });
     let next;
     while (!(next = await stream.next()).done) pieces.push(next.value);
     const { embeddings } = await ai.embed({ input: ["a", "bcd"] });
     return { chat, pieces, whole: next.value, embeddings };`,
    { ai: true },
  );
  const whole = {
    text: "You said: hello there",
    tool_calls: [],
    finish_reason: "stop",
    usage: { input_tokens: 7, output_tokens: 5 },
  };
  expect(await call("asks")).toEqual({
    chat: { ...whole, model: "small" },
    pieces: ["You", " said:", " hello", " there"],
    whole: { ...whole, model: "large" },
    embeddings: [
      [1, 0.5],
      [3, 0.5],
    ],
  } as never);
  expect(stub.asked.map(({ path, body }) => [path, body.model])).toEqual([
    ["/v1/chat/completions", "small"],
    ["/v1/chat/completions", "large"],
    ["/v1/embeddings", "vectors"],
  ]);
  expect(new Set(stub.asked.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer sk-of-the-server"]));
  expect(stub.asked[0]!.body).toMatchObject({ max_tokens: 50 });
  const [{ id }] = (await dataOf(await app.call("/api/runs?name=asks", { headers: boss }))) as [{ id: string }];
  expect(await dataOf(await app.call(`/api/runs/${id}`, { headers: boss }))).toMatchObject({
    attributes: { calls: 3, "gen_ai.usage.input_tokens": 17, "gen_ai.usage.output_tokens": 10 },
    spans: [{ name: "ai.chat", kind: "client" }, { name: "ai.stream" }, { name: "ai.embed" }],
  } as never);
  expect(await shown()).toEqual({
    ...{ url: null, has_key: false, chat_models: ["small", "large"], embedding_models: ["vectors"] },
    ...{ tokens_a_day: 3000, from: "server", used: { tokens: 27, until: expect.any(String) as string } },
  } as never);
});

test("what is not declared or not allowed is refused, and names what would be right", async () => {
  await deploy("undeclared", "return typeof ai", {});
  expect(await call("undeclared")).toBe("undefined" as never);
  await deploy(
    "picks",
    `const other = await ai.chat({ ...${HELLO}, model: "small" }).catch(seen);
     const wrong = await ai.chat({ ...${HELLO}, model: "lage" }).catch(seen);
     const vectors = await ai.embed({ input: "x" }).catch(seen);
     const empty = await ai.chat({ messages: [] }).catch(seen);
     const extra = await ai.chat({ ...${HELLO}, url: "https://example.com" }).catch(seen);
     return { model: (await ai.chat(${HELLO})).model, codes: [other, wrong, vectors, empty, extra].map(({ code, details }) => [code, details?.field]), wrong: wrong.message };`,
    { ai: ["large"] },
  );
  expect(await call("picks")).toEqual({
    model: "large",
    codes: [
      ["FORBIDDEN", "model"],
      ["VALIDATION", "model"],
      ["FORBIDDEN", "model"],
      ["VALIDATION", "messages"],
      ["VALIDATION", "options"],
    ],
    wrong: expect.stringContaining("large") as string,
  } as never);
  await deploy("nothing", `return ai.chat(${HELLO}).catch(seen)`, { ai: true }, bare, owner);
  expect(await call("nothing", bare, owner)).toMatchObject({
    code: "AI_NOT_CONFIGURED",
    message: expect.stringContaining("AI_URL") as string,
  } as never);
  const user = bearer(await app.signUp("ann@example.com"));
  for (const [path, method] of [
    ["", "GET"],
    ["", "PATCH"],
    ["/test", "POST"],
  ] as const)
    expect((await app.send(`/api/ai-settings${path}`, method === "GET" ? undefined : {}, user, method)).status).toBe(
      403,
    );
});

test("what the endpoint does wrong has its reason, and never its key", async () => {
  await deploy("fails", `return ai.chat(${HELLO}).catch(seen)`, { ai: true });
  const says = async (answer: Response) => {
    stub.answers.push(() => answer);
    return (await call("fails")) as { code: string; details: object; message: string };
  };
  const refused = await says(
    Response.json({ error: { message: "Incorrect API key provided: sk-of-the-server" } }, { status: 401 }),
  );
  expect(refused).toMatchObject({ code: "AI_FAILED", details: { reason: "status", status: 401 } });
  expect(refused.message).toEndWith("it answered with status 401.");
  expect((await says(new Response("<html>"))).details).toEqual({ reason: "not_json" });
  expect((await says(Response.json({ choices: [] }))).details).toEqual({ reason: "not_chat" });
  expect((await says(new Response(null, { status: 302, headers: { location: "/" } }))).details).toEqual({
    reason: "redirect",
  });
  expect((await says(new Response("1".repeat(2 * 1024 * 1024 + 1)))).details).toEqual({ reason: "too_large" });
  expect(logged.join()).toContain("Incorrect API key provided: …");
  // Refused requests use no tokens. What the others have used nobody knows, so that it stays set aside.
  expect(await usedNow()).toBe(27 + 12 + 3 * HELLO_TOKENS);
});

test("a request that its caller does not wait for uses what was set aside for it", async () => {
  const before = await usedNow();
  await deploy("waits", `return ai.chat(${HELLO})`, { ai: true });
  const caller = new AbortController();
  stub.answers.push(() => {
    caller.abort();
    return new Response(new ReadableStream());
  });
  const asked = app.call("/api/functions/waits", { method: "POST", headers: boss, signal: caller.signal });
  expect(await asked.then(({ ok }) => ok).catch(() => false)).toBe(false);
  expect((await usedNow()) - before).toBe(HELLO_TOKENS);
});

test("the server's endpoint fetches nothing for a function, which asks models a few times at once", async () => {
  const asked = (parts: object[], more: object = {}) =>
    `await ai.chat(${JSON.stringify({ messages: [{ role: "user", content: parts }], max_tokens: 1, ...more })}).then(() => "fine", seen)`;
  const image = (url: string) => ({ type: "image_url", image_url: { url } });
  await deploy(
    "shows",
    `return [
      ${asked([image("http://169.254.169.254/")])},
      ${asked([image("https://example.com/a.png")])},
      ${asked([{ type: "video_url", video_url: { url: "data:," } }])},
      ${asked([{ type: "text", text: "x" }], { tools: [{ type: "mcp", server_url: "http://10.0.0.1" }] })},
      ${asked([{ type: "text", text: "x" }, image("data:image/png;base64,AA==")])},
      (await Promise.all(Array.from({ length: 9 }, () => ai.embed({ input: "x" }).catch(({ code }) => code)))).at(-1),
    ];`,
    { ai: true },
  );
  expect(await call("shows")).toMatchObject([
    ...["messages", "messages", "messages", "tools"].map((field) => ({ code: "VALIDATION", details: { field } })),
    "fine",
    "LIMIT_EXCEEDED",
  ] as never);
});

test("tokens of a day are set aside before a request, and a workspace can only lower what the operator allows", async () => {
  expect(await dataOf(await change({ tokens_a_day: 9_000_000, chat_models: ["large", "other"] }))).toMatchObject({
    tokens_a_day: 3000,
    chat_models: ["large"],
  } as never);
  const already = await usedNow();
  // Room for one, and after it not for another.
  await change({ tokens_a_day: already + HELLO_TOKENS });
  await deploy(
    "spends",
    `const all = await Promise.all(Array.from({ length: 5 }, () => ai.chat(${HELLO}).catch(({ code }) => code)));
     return all.map((one) => one.code ?? one.model ?? one);`,
    { ai: true },
  );
  const before = stub.asked.length;
  const answers = (await call("spends")) as string[];
  expect(answers.filter((one) => one === "RATE_LIMITED").length).toBeGreaterThanOrEqual(4);
  expect(stub.asked.length - before).toBeLessThanOrEqual(1);
  await change({ tokens_a_day: null, chat_models: null });
  // What an endpoint has written of an answer that is left in the middle, nobody knows.
  const used = await usedNow();
  await deploy("leaves", `return (await ai.stream({ ...${HELLO}, max_tokens: 500 }).next()).value;`, { ai: true });
  expect(await call("leaves")).toBe("You" as never);
  expect((await usedNow()) - used).toBeWithin(500, 600);
});

test("a workspace has its own endpoint; its key is never shown, and stays behind when the address changes", async () => {
  expect(await refusalIn(await change({ url: "http://10.0.0.1/v1" }))).toEqual([422, "VALIDATION", "url"]);
  expect(await refusalIn(await change({ key: "sk-own" }))).toEqual([422, "VALIDATION", "key"]);
  const own = { url: stub.url, key: "sk-own", chat_models: ["mine"] };
  const answered = await (await change(own)).text();
  expect(answered).not.toContain("sk-own");
  expect((JSON.parse(answered) as { data: object }).data).toMatchObject({
    ...{ url: stub.url, has_key: true, chat_models: ["mine"], embedding_models: [], from: "workspace" },
    tokens_a_day: null,
  });
  const stored = await app.driver.all({ sql: "select value from plinth_auth_settings", params: [] });
  expect(JSON.stringify(stored)).not.toContain("sk-own");
  expect(await dataOf(await bare.send("/api/ai-settings/test", undefined, owner))).toEqual({
    chat: null,
    embedding: null,
  } as never);
  const tested = await dataOf(await app.send("/api/ai-settings/test", undefined, boss));
  expect(tested).toMatchObject({ chat: { model: "mine", ok: true }, embedding: null } as never);
  expect(stub.asked.at(-1)!.authorization).toBe("Bearer sk-own");
  // The server's key never goes to an address that a workspace chooses.
  expect(await dataOf(await change({ url: `${stub.url}/` }))).toMatchObject({ has_key: false } as never);
  await app.send("/api/ai-settings/test", undefined, boss);
  expect(stub.asked.at(-1)!.authorization).toBeNull();
  const log = (await dataOf(
    await app.call("/api/security-log?type=ai_settings_change&limit=1", { headers: boss }),
  )) as object[];
  expect(log).toMatchObject([{ detail: { settings: expect.arrayContaining(["url", "key"]) as string[] } }]);
  // Two at once: a key goes to no address that whoever stored it has not seen.
  const { batch } = app.driver;
  app.driver.batch = async (queries) => {
    app.driver.batch = batch;
    await dataOf(await change({ ...own, url: `${stub.url}/their` }));
    return batch(queries);
  };
  expect(await refusalIn(await change({ url: `${stub.url}/mine` }))).toEqual([409, "CONFLICT", "url"]);
  expect(await shown()).toMatchObject({ url: `${stub.url}/their`, has_key: true } as never);
  await change({ url: null, chat_models: null });
});

test("a node of a flow asks a model once, reads its JSON, and tries again where that may help", async () => {
  const bench = await flowBench();
  const { answers, asked, deploy, host, made, ran, refused, start, ended, advance } = bench;
  try {
    await made("/api/ai-settings", { url: `http://${host}/v1`, key: "sk-flow", chat_models: ["m"] }, "PATCH");
    const chat = (content: string) => Response.json({ choices: [{ message: { content } }], usage: {} });
    const node = { id: "sort", type: "ai", system: "Answer in JSON.", prompt: "Sort {{ input.text }}", json: true };
    const permissions = { ai: ["m"] };
    expect(await refused([node])).toContain("permissions.ai");
    expect(await refused([{ ...node, model: "x" }], { permissions })).toContain("permissions.ai has no x");
    expect(await refused([{ id: "sort", type: "ai" }], { permissions })).toContain("prompt");
    const use = { id: "use", type: "set", value: "{{ steps.sort.value.kind }}" };
    await deploy("sorts", [{ ...node, retry: { attempts: 2, seconds: 5 } }, use], { permissions });
    answers.push(new Response("busy", { status: 429 }), chat('```json\n{"kind": "complaint"}\n```'));
    const id = await start("sorts", { text: "a letter" });
    await ended(id, "scheduled");
    advance(6000);
    expect(await ended(id)).toMatchObject({ state: "succeeded", result: "complaint" });
    expect(asked.at(-1)!.body).toMatchObject({
      model: "m",
      messages: [{ role: "system" }, { role: "user", content: "Sort a letter" }],
      response_format: { type: "json_object" },
    });
    await deploy("wrong", [node], { permissions });
    answers.push(chat("no JSON"));
    expect(await ran("wrong", { text: "x" })).toMatchObject({ state: "dead" });
    await made("/api/ai-settings", { url: null }, "PATCH");
    expect((await ran("wrong", { text: "x" })).error).toContain("AI_URL");
  } finally {
    bench.stop();
  }
});

test("the functions of docs/ai.md", async () => {
  const page = readFileSync(path.join(import.meta.dir, "../../../../../docs/ai.md"), "utf8");
  const sources = [...page.matchAll(/```js\n(.*?)```/gs)].map(([, text]) => text!);
  for (const [i, source] of sources.entries())
    await dataOf(await app.send(`/api/deployments/doc${i}`, { source }, boss, "PUT"));
  const post = (name: string) =>
    app.call(`/api/functions/${name}`, {
      method: "POST",
      headers: { ...boss, "content-type": "text/plain" },
      body: "Hm",
    });
  expect(await dataOf(await post("doc0"))).toEqual({ kind: "you said: hm", tokens: 12 } as never);
  expect(await (await post("doc1")).text()).toBe("You said: Hm");
});
