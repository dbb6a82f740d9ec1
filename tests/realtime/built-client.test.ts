import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { buildClient, type ClientSizes } from "../../scripts/build/client.ts";
import { PLANTS, POTS, POTS_RULE } from "../contract/client-paths.ts";
import { openLab } from "../matrix/lab.ts";
import { ROOT } from "../matrix/programs.ts";
import { missing, openBrowser, why } from "../pages/browser.ts";
import { workerOptions } from "../support/workerd.ts";
import { type Account, type Server, startServer } from "./support.ts";

/**
 * The client as `npm run build client` writes it and `npm pack` packs it, installed into a project that knows nothing of
 * this repository. Every runtime takes the paths of the contract.
 */

/** What each runtime runs: all that goes wrong, as a text. */
const TAKE = `import { CLIENT_PATHS } from "./paths.js";
import { files } from "@plinth/client/files";
import { sync } from "@plinth/client/sync";
export async function take(createClient, { url, keys, mark }) {
  const open = (key, options) => createClient({ url, key: keys[key], ...options });
  const program = { open, mark, fetch: (input, init) => fetch(input, init) };
  const wrong = [];
  for (const [name, path] of Object.entries(CLIENT_PATHS)) {
    await path(program).catch((error) => wrong.push(name + ": " + (error.stack ?? error)));
  }
  const { auth } = createClient({ url });
  await auth.password.signUp({ name: mark, email: crypto.randomUUID() + "@x.test", password: "correct horse battery" });
  if ((await auth.account.get()).name !== mark) wrong.push("the account has another name");
  const notes = files(createClient({ url, key: keys.secret })).bucket("notes");
  const sent = [];
  await notes.put(mark + "/größe 1.txt", new Blob(["hello"]), { ifAbsent: true, onProgress: ({ bytes }) => sent.push(bytes) });
  const note = await notes.get(mark + "/größe 1.txt", { range: { first: 1, last: 3 } });
  const seen = [await note.text(), note.size, sent.at(-1), await notes.get(mark + "/größe 1.txt", { ifNoneMatch: note.etag })];
  if (JSON.stringify(seen) !== '["ell",5,5,null]') wrong.push("a file: " + JSON.stringify(seen));
  // Too long for an address.
  const others = Array.from({ length: 300 }, (_, i) => "another name " + i);
  const shapes = { pots: { filter: { name: { _nin: others } } } };
  const db = sync(createClient({ url, key: keys.secret }), { shapes });
  const id = await db.create("pots", { name: mark + " synced" });
  await db.flush();
  if (db.get("pots", id)?.name !== mark + " synced") wrong.push("a synced write: " + JSON.stringify(db.failed()));
  await db.close();
  return wrong.join("\\n") || "ok";
}
`;
const PROGRAM = `import { rmSync } from "node:fs";
import { createClient } from "@plinth/client";
import { fileStore } from "@plinth/client/file-store";
import { sync } from "@plinth/client/sync";
import { take } from "./take.js";
const asked = JSON.parse(process.argv[2]);
console.log(await take(createClient, asked));
const folder = "./stored " + asked.mark.replaceAll(/\\W/g, "");
const open = (fetch) =>
  sync(createClient({ url: asked.url, key: asked.keys.secret, ...(fetch && { fetch }) }), {
    shapes: { pots: { filter: { name: { _starts_with: asked.mark } } } },
    user: "program",
    store: fileStore(folder),
  });
const offline = open(() => Promise.reject(new TypeError("offline")));
const id = await offline.create("pots", { name: asked.mark + " stored" });
await offline.close();
const online = open();
await online.ready;
if (online.get("pots", id) === undefined) console.log("the stored write is lost");
await online.flush();
if (online.failed().length > 0) console.log(JSON.stringify(online.failed()));
await online.close();
rmSync(folder, { recursive: true });
process.exit();
`;
const WORKER = `import { createClient } from "@plinth/client";
import { take } from "./take.js";
export default { fetch: async (request) => new Response(await take(createClient, await request.json())) };
`;
const PAGE = `<!doctype html>
<script type="importmap">{
  "imports": {
    "@plinth/client/files": "/node_modules/@plinth/client/files.js",
    "@plinth/client/sync": "/node_modules/@plinth/client/sync.js"
  }
}</script>
<script type="module">
import { createClient } from "/node_modules/@plinth/client/plinth.js";
import { take } from "/take.js";
globalThis.take = (how) => take(createClient, how);
</script>`;

/** What a user of the types may rely on, and what they must catch. */
const TYPED = `import { createClient, type Field, type ItemEvent, PlinthClientError, type Row, type State } from "@plinth/client";
import type { useLive } from "@plinth/client/react";
import { sync } from "@plinth/client/sync";
type Schema = { notes: { id: Field<string, "order", "new">; text: Field<string, "text"> } };
type Note = Row<Schema, "notes">;
const client = createClient<Schema>({ url: "http://x", key: "k" });
const onState = (state: State): void => void state;
const onError = (error: PlinthClientError): string => error.code;
const notes = client.from("notes");
notes.subscribe({ onState, onError }, (event: ItemEvent<Note>) => {
  if (event.event === "enter") event.data.text.trim();
});
notes.live({ filter: { text: "a" } }, (rows) => rows.map(({ text }) => text), { onError });
notes.create({ text: "a" }).then(({ id }) => id.trim());
const made = client.batch((batch) => {
  const note = batch.from("notes").create({ text: "a" });
  return { note, count: 1, both: [note, batch.from("notes").delete("1")] };
});
made.then(({ note, count, both: [again, gone] }) => [note.text.trim(), count.toFixed(), again.text, gone === undefined]);
const shown = (use: typeof useLive) => use(notes, { fields: "text" }).rows?.map(({ text }) => text.trim());
createClient({ url: "http://x" }).from("any").create({ any: 1 });
client.auth.password.signIn({ email: "a", password: "b" }).then(async (result) => {
  const { session } = result.status === "signed_in" ? result : await result.verify("123456");
  return session.user.name.trim();
});
const db = sync(client, { shapes: { notes: { filter: { text: "a" } } } });
db.query("notes", { sort: "-text" }).map(({ text = "" }) => text.trim());
// @ts-expect-error: no such field.
sync(client, { shapes: { notes: { filter: { txt: "a" } } } });
// @ts-expect-error: no such field.
notes.list({ filter: { txt: "a" } });
// @ts-expect-error: no option of a write.
notes.update("1", {}, { ifVersion: 1 });
// @ts-expect-error: no option of a sign-in.
client.auth.password.signIn({ email: "a", password: "b", captcha: "c" });
// @ts-expect-error: it has to be said where the server is.
createClient({ key: "k" });
// @ts-expect-error: not a number.
notes.live({ limit: "1" }, () => {});
`;

/** Of the whole client, the accounts included; applications send it to every visitor. */
const MOST_BYTES = 15 * 1024;

const lab = await openLab({ postgres: false });
const project = lab.folder();
const installed = join(project, "node_modules/@plinth/client");
let sizes: ClientSizes;
let server: Server & { account: Account };
let pages: Bun.Server<undefined>;
let keys: { secret: string; public: string };

beforeAll(async () => {
  const built = lab.folder();
  sizes = await buildClient(built);
  expect(await run(["npm", "pack", "--silent", "--pack-destination", project], built)).toMatchObject({ code: 0 });
  const files = { "package.json": '{ "type": "module" }', "take.js": TAKE, "program.js": PROGRAM, "typed.ts": TYPED };
  for (const [name, text] of Object.entries({ ...files, "worker.js": WORKER, "index.html": PAGE }))
    writeFileSync(join(project, name), text);
  const [archive] = readdirSync(project).filter((file) => file.endsWith(".tgz"));
  const install = ["npm", "install", "--offline", "--silent", "--no-audit", "--no-fund", join(project, archive!)];
  expect(await run(install)).toEqual({ code: 0, output: "" });
  const paths = join(ROOT, "tests/contract/client-paths.ts");
  await build({ entryPoints: [paths], bundle: true, format: "esm", outfile: join(project, "paths.js") });

  pages = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch({ url }) {
      const file = join(project, new URL(url).pathname.replace(/\/$/, "/index.html"));
      return existsSync(file) ? new Response(Bun.file(file)) : new Response(null, { status: 404 });
    },
  });
  server = await startServer(lab, { CORS_ORIGINS: pages.url.origin });
  await server.ask("POST", "/api/collections", POTS);
  await server.ask("POST", "/api/collections", PLANTS);
  await server.ask("POST", "/api/buckets", { name: "notes" });
  await server.ask("POST", "/api/permissions", { ...POTS_RULE, collection: "pots" });
  const { data } = await server.ask("POST", "/api/keys", { name: "page", kind: "publishable" });
  keys = { secret: server.account.secretKey, public: data.key };
});

afterAll(async () => {
  pages?.stop(true);
  await server?.stop();
  await lab.close();
});

async function run(command: readonly string[], cwd = project): Promise<{ code: unknown; output: string }> {
  const child = spawn(command[0]!, command.slice(1), { cwd });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const code = await new Promise((resolve) => child.once("close", resolve));
  return { code, output: output.trim() };
}

test("the whole client has less than 15 KiB, and so has sync beside it", () => {
  console.log(`the client, gzip: ${JSON.stringify(sizes)}`);
  expect(sizes.plinth!).toBeLessThan(MOST_BYTES);
  expect(sizes.sync!).toBeLessThan(MOST_BYTES);
});

const own = Bun.which("node");
const runtimes: [string, string[] | undefined][] = [
  // Where it is older than the pinned one, as Node 20, it is the one that says what the build may use.
  ["the machine's own Node", own ? [own] : undefined],
  ["Node 24", lab.node ? [lab.node] : undefined],
  ["Bun", [process.execPath]],
  ["Deno", lab.deno ? [lab.deno, "run", "-A", "--no-prompt"] : undefined],
];
describe("the packed client is imported, and takes the paths of the contract", () => {
  const asked = (mark: string) => ({ url: server.url, keys, mark: `${mark}:` });

  for (const [name, command] of runtimes) {
    test.skipIf(!command)(`on ${name}${command ? "" : " — not installed"}`, async () => {
      expect(await run([...command!, "program.js", JSON.stringify(asked(name))])).toEqual({ code: 0, output: "ok" });
    });
  }

  test("on Workers, bundled as Wrangler does it", async () => {
    const { Miniflare } = await import("miniflare");
    const folder = join(project, "worker");
    const conditions = ["workerd", "worker", "browser"];
    const entryPoints = [join(project, "worker.js")];
    await build({ entryPoints, bundle: true, format: "esm", conditions, outdir: folder, target: "es2022" });
    const miniflare = new Miniflare(workerOptions(folder, { port: 0 }));
    const answer = await fetch(await miniflare.ready, { method: "POST", body: JSON.stringify(asked("Workers")) });
    expect(await answer.text()).toBe("ok");
    await miniflare.dispose();
  });

  test.skipIf(missing)(`in a page of another origin, in Chromium${why}`, async () => {
    const browser = await openBrowser();
    const page = await browser.newPage();
    await page.goto(pages.url.href);
    await page.waitForFunction("globalThis.take !== undefined");
    expect(await page.evaluate(`take(${JSON.stringify(asked("Chromium"))})`)).toBe("ok");
    await browser.close();
  });
});

test("the package holds the pages that its own pages name", () => {
  const pages = ["AGENTS.md", "README.md", ...readdirSync(join(installed, "docs")).map((page) => `docs/${page}`)];
  const named = pages.flatMap((page) => {
    const text = readFileSync(join(installed, page), "utf8");
    const links = [...text.matchAll(/\]\((?!https:|#)([^)#\s]+)/g)].map((match) => join(dirname(page), match[1]!));
    return [...links, ...[...text.matchAll(/`(docs\/[\w-]+\.md)`/g)].map((match) => match[1]!)];
  });
  expect(named).toContain("docs/client-items.md");
  expect([...new Set(named)].filter((page) => !existsSync(join(installed, page)))).toEqual([]);
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
