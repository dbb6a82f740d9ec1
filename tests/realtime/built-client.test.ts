import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildClient } from "../../scripts/build/client.ts";
import { openLab } from "../matrix/lab.ts";
import { ROOT } from "../matrix/programs.ts";
import { workerOptions } from "../support/workerd.ts";
import { type Account, type Server, startServer } from "./support.ts";

/** The client as `npm run build client` writes it, installed into a project that knows nothing of this repository. */

const PROGRAM = `import { createClient } from "@plinth/client";
const [url, key, write] = process.argv.slice(2);
const client = createClient({ url, key });
const text = await new Promise((resolve, reject) => {
  const notes = client.from("notes").subscribe({ filter: { text: write }, onError: reject }, (event) => {
    if (event.event === "ready") client.from("notes").create({ text: write }).catch(reject);
    if (event.event !== "enter") return;
    notes.close();
    resolve(event.data.text);
  });
});
for await (const { id } of client.from("notes").all({ filter: { text: write }, limit: 1 })) {
  await client.batch((batch) => [batch.from("notes").update(id, { text: write + "!" })]);
}
await client.from("notes").deleteWhere({ text: write + "!" });
const { auth } = createClient({ url });
await auth.password.signUp({ name: text, email: crypto.randomUUID() + "@x.test", password: "correct horse battery" });
console.log((await auth.account.get()).name);
`;

/** What a user of the types may rely on, and what they must catch. */
const TYPED = `import { createClient, type ItemEvent, PlinthClientError, type State } from "@plinth/client";
const client = createClient({ url: "http://x", key: "k" });
const onState = (state: State): void => void state;
const onError = (error: PlinthClientError): string => error.code;
client.from<{ text: string }>("notes").subscribe({ onState, onError }, (event: ItemEvent<{ text: string }>) => {
  if (event.event === "enter") event.data.text.trim();
});
client.from("notes").live({ filter: { text: "a" } }, (rows) => rows.map(({ text }) => text), { onError });
client.auth.password.signIn({ email: "a", password: "b" }).then(async (result) => {
  const { session } = result.status === "signed_in" ? result : await result.verify("123456");
  return session.user.name.trim();
});
// @ts-expect-error: no option of a sign-in.
client.auth.password.signIn({ email: "a", password: "b", captcha: "c" });
// @ts-expect-error: it has to be said where the server is.
createClient({ key: "k" });
// @ts-expect-error: not a number.
client.from("notes").live({ limit: "1" }, () => {});
`;

const lab = await openLab({ postgres: false });
const project = lab.folder();
const built = join(project, "node_modules/@plinth/client");
let server: Server & { account: Account };

beforeAll(async () => {
  mkdirSync(built, { recursive: true });
  await buildClient(built);
  writeFileSync(join(project, "package.json"), '{ "type": "module" }');
  writeFileSync(join(project, "program.js"), PROGRAM);
  writeFileSync(join(project, "typed.ts"), TYPED);
  server = await startServer(lab);
  await server.ask("POST", "/api/collections", { slug: "notes", fields: [{ name: "text", type: "text" }] });
});

afterAll(async () => {
  await server?.stop();
  await lab.close();
});

async function run(command: readonly string[]): Promise<{ code: unknown; output: string }> {
  const child = spawn(command[0]!, command.slice(1), { cwd: project });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const code = await new Promise((resolve) => child.once("close", resolve));
  return { code, output: output.trim() };
}

const own = Bun.which("node");
const runtimes: [string, string[] | undefined][] = [
  // Where it is older than the pinned one, as Node 20, it is the one that says what the build may use.
  ["the machine's own Node", own ? [own] : undefined],
  ["Node 24", lab.node ? [lab.node] : undefined],
  ["Bun", [process.execPath]],
  ["Deno", lab.deno ? [lab.deno, "run", "-A", "--no-prompt"] : undefined],
];
describe("the built client is imported and follows", () => {
  for (const [name, command] of runtimes) {
    test.skipIf(!command)(`on ${name}${command ? "" : " — not installed"}`, async () => {
      const data = `from ${name}`;
      const args = ["program.js", server.url, server.account.secretKey, data];
      expect(await run([...command!, ...args])).toEqual({ code: 0, output: data });
    });
  }

  test("on Workers", async () => {
    const { Miniflare } = await import("miniflare");
    const worker = `import { createClient } from "./plinth.js";
      export default { async fetch(request) {
        const [url, key] = JSON.parse(await request.text());
        const first = await new Promise((resolve, reject) => {
          const notes = createClient({ url, key }).from("notes").subscribe({ onError: reject }, ({ event }) => {
            notes.close();
            resolve(event);
          });
        });
        const [note] = await createClient({ url, key }).batch((batch) => [batch.from("notes").create({ text: "W" })]);
        const { auth } = createClient({ url });
        await auth.password.signUp({ name: "W", email: "w@x.test", password: "correct horse battery" });
        return new Response(first + " " + note.text + " " + (await auth.account.get()).name);
      } };`;
    const folder = join(project, "worker");
    mkdirSync(folder);
    writeFileSync(join(folder, "worker.js"), worker);
    copyFileSync(join(built, "plinth.js"), join(folder, "plinth.js"));
    const miniflare = new Miniflare(workerOptions(folder, { port: 0 }));
    const body = JSON.stringify([server.url, server.account.secretKey]);
    const answer = await fetch(await miniflare.ready, { method: "POST", body });
    expect(await answer.text()).toBe("ready W W");
    await miniflare.dispose();
  });
});

test("the built types hold for a program of its own", async () => {
  const tsc = [
    join(ROOT, "node_modules/.bin/tsc"),
    "typed.ts",
    "--ignoreConfig",
    "--noEmit",
    "--strict",
    "--types",
    "",
  ];
  const options = ["--module", "nodenext", "--target", "es2022", "--lib", "ES2022,DOM,DOM.Iterable"];
  expect(await run([...tsc, ...options])).toEqual({ code: 0, output: "" });
});
