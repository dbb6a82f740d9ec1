import { expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "../src/api.ts";
import { devFunction } from "../src/functions/dev-function.ts";
import { runHere } from "./in-process.ts";
import { serverForTests } from "./server.ts";

const { server, write } = serverForTests();
const functions = (words: readonly string[], answers: readonly string[] = []) =>
  runHere(["functions", ...words], { PLINTH_URL: server.url, PLINTH_KEY: server.key }, "", answers);
const NO_TERMINAL = { input: async () => "", ask: async () => undefined, live: false, width: 120 };
const at = (file: string) => join(server.folder, file);

const TOTAL = `import { half } from "./half.ts";

export const config = { http: { auth: "public" } } as const;

export default async ({ request }: { request: { json(): Promise<number[]> } }) => {
  const lines = await request.json();
  return half(lines.reduce((sum, price) => sum + price, 0));
};
`;
const HALF = `interface Halved { readonly value: number }

/** Throws for odd numbers. */
export function half(value: number): Halved {
  if (value % 2 === 1) throw new RangeError("odd");
  return { value: value / 2 };
}
`;

test("TypeScript of several files is bundled, new rights are asked for, and an error names the user's line", async () => {
  await mkdir(at("total"));
  await write("total/index.ts", TOTAL);
  await write("total/half.ts", HALF);
  const refused = await functions(["deploy", at("total")], ["n"]);
  expect([refused.code, refused.out]).toEqual([0, ""]);
  expect(refused.err).toContain("+ http.auth: public\nDeploy it with these new rights? [y/N]");
  expect(await functions(["deploy", at("total")])).toMatchObject({
    code: 2,
    err: expect.stringContaining("give --yes to give the function new rights"),
  });
  expect((await functions(["deploy", at("total")], ["y"])).code).toBe(0);
  // Nothing is new the second time.
  expect(await functions(["deploy", at("total")])).toMatchObject({ code: 0, err: "" });
  const called = await functions(["invoke", "total", "--data", "[3, 5]", "--json"]);
  expect(JSON.parse(called.out)).toEqual({ data: { value: 4 } });
  expect((await functions(["invoke", "total", "--data", "[3]"])).err).toContain("The function failed.");
  const logged = await functions(["logs", "total", "--status", "failed"]);
  expect(logged.out).toMatch(/odd half \(\S*total\/half\.ts:5:\d+\)/);
});

test("dev deploys each save, calls the function, and shows what it logs and where it fails", async () => {
  const ending = new AbortController();
  let shown = "";
  const until = async (text: string) => {
    while (!shown.includes(text)) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const add = (text: string | Uint8Array) => {
    shown += String(text);
  };
  const terminal = { ...NO_TERMINAL, out: async (text: string | Uint8Array) => add(text), err: add };
  const api = () => connect({ url: server.url, key: server.key });
  await write(
    "dev.ts",
    "export default async ({ request }: { request: Request }) => console.log(await request.text());\n",
  );
  const call = {
    name: "functions dev",
    args: [at("dev.ts")],
    values: { data: '{"n":1}', yes: false },
    env: { PLINTH_KEY: "sk" },
    terminal,
    api,
  };
  const ended = devFunction(call as never, ending.signal);
  await until('info: {"n":1}');
  await write("dev.ts", "export default () => {\n  const = 1;\n};\n");
  await until("dev.ts:2:9: ");
  await write("dev.ts", "type N = number;\nexport default (): N => {\n  throw new Error('on line 3');\n};\n");
  await until("Error: on line 3");
  await until("dev.ts:3:");
  ending.abort();
  expect(await ended).toBe(0);
  expect(shown).toContain("dev: version 2\n");
  const remote = { ...call, api: () => connect({ url: "https://example.com", key: "" }) };
  expect(await devFunction(remote as never).catch(({ message }) => message)).toContain("which is not this machine");
});

test("a function is called by another method, with a path and headers, and its own answer is shown as it is", async () => {
  const source = `export const config = { http: { methods: ["GET"] } };
export default ({ request, path }) => new Response([path, new URL(request.url).search, request.headers.get("x-plan")].join(" "));`;
  await write("echo.js", source);
  expect((await functions(["deploy", at("echo.js")])).code).toBe(0);
  const words = ["invoke", "echo", "--method", "GET", "--path", "a/b?c=d", "--header", "x-plan: pro"];
  expect(await functions(words)).toMatchObject({ code: 0, out: "a/b ?c=d pro\n" });
  expect((await functions([...words, "--data", "{}"])).err).toContain("a GET takes no FILE");
});

test("what cannot be bundled is named with its line, and a file without imports is sent as it is", async () => {
  await write("broken.ts", "export default () => {\n  const = 1;\n};\n");
  expect((await functions(["deploy", at("broken.ts")])).err).toMatch(/broken\.ts:2:9: /);
  await mkdir(at("empty"));
  expect((await functions(["deploy", at("empty")])).err).toContain("has none of index.ts, index.js, index.mjs");
  const source = "// As it is.\nexport default () => 1;\n";
  await write("plain.js", source);
  expect((await functions(["deploy", at("plain.js"), "--auth", "signed_in", "--yes"])).code).toBe(0);
  const answer = await server.api("/api/deployments/plain");
  expect(((await answer.json()) as { data: object }).data).toMatchObject({ source, http: { auth: "signed_in" } });
});

test("without a server, dev starts one of its own, whose data stay for the next time", async () => {
  const folder = await mkdtemp(join(tmpdir(), "plinth-own-"));
  await writeFile(join(folder, "hi.js"), "export default async ({ request }) => ({ hi: await request.json() });\n");
  // Of another server, which must not be touched.
  await writeFile(join(folder, ".env"), "DATABASE_URL=postgres://nobody@127.0.0.1:1/none\n");
  const command = [
    process.execPath,
    join(import.meta.dir, "../src/main.ts"),
    "functions",
    "dev",
    "hi.js",
    "--data",
    '{"name":"Ann"}',
  ];
  const env = { PATH: process.env.PATH!, XDG_CONFIG_HOME: folder, PASSWORD_HASHING: "test" };
  const dev = Bun.spawn(command, { cwd: folder, env, stdout: "pipe", stderr: "pipe" });
  try {
    let shown = "";
    const decoder = new TextDecoder();
    for await (const chunk of dev.stdout) {
      shown += decoder.decode(chunk, { stream: true });
      if (shown.includes("succeeded")) break;
    }
    expect(shown).toContain('{"data":{"hi":{"name":"Ann"}}}');
    dev.kill("SIGTERM");
    expect(await dev.exited).toBe(0);
    expect(await new Response(dev.stderr).text()).toContain("with its data in .plinth");
    expect((await readdir(join(folder, ".plinth"))).sort()).toEqual(
      expect.arrayContaining([".gitignore", "key", "plinth.db"]),
    );
    expect((await stat(join(folder, ".plinth/key"))).mode & 0o77).toBe(0);
  } finally {
    dev.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  }
});
