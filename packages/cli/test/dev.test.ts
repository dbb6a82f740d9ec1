import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "@plinth/core/testing";
import { runHere } from "./in-process.ts";
import { OPERATOR } from "./server.ts";

const MAIN = join(import.meta.dir, "../src/main.ts");

function freePort(): number {
  const server = Bun.serve({ port: 0, fetch: () => new Response() });
  const { port } = server;
  server.stop(true);
  return port!;
}

const schema = (...fields: string[]) =>
  JSON.stringify({ collections: [{ slug: "notes", fields: fields.map((name) => ({ name, type: "text" })) }] });

test("dev applies the schema when it changes, keeps the types, and starts again with other settings", async () => {
  const folder = await mkdtemp(join(tmpdir(), "plinth-dev-"));
  const inFolder = (name: string) => join(folder, name);
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { PATH: process.env.PATH!, XDG_CONFIG_HOME: folder, PASSWORD_HASHING: "test", LOG_LEVEL: "error" };
  await writeFile(inFolder("schema.json"), schema("title"));
  await writeFile(inFolder(".env"), `PORT=${port}\n`);
  const dev = Bun.spawn([process.execPath, MAIN, "dev", "--types", "schema.ts"], {
    cwd: folder,
    env,
    stdout: "pipe",
    stderr: "pipe",
  });
  let shown = "";
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) shown += decoder.decode(chunk, { stream: true });
  };
  const when = (holds: () => boolean | Promise<boolean>) =>
    until(() => {
      if (dev.exitCode !== null) throw new Error(`it has ended: ${shown}`);
      return holds();
    });
  const read = Promise.all([collect(dev.stdout), collect(dev.stderr)]);
  try {
    await when(() => shown.includes(`sign in: plinth login --url ${url}\n`));
    const signUp = { ...OPERATOR, setup_token: "" };
    const headers = { "content-type": "application/json" };
    await fetch(`${url}/api/operator/auth/sign-up/email`, { method: "POST", headers, body: JSON.stringify(signUp) });
    const words = ["login", "--url", url, "--email", OPERATOR.email, "--password-stdin"];
    expect((await runHere(words, env, OPERATOR.password)).code).toBe(0);
    await when(() => existsSync(inFolder("schema.ts")));
    expect(shown).toContain("+ collection notes: title\n");
    await writeFile(inFolder("schema.json"), schema("title", "text"));
    await when(async () => (await readFile(inFolder("schema.ts"), "utf8")).includes("text: Field"));
    await writeFile(inFolder("schema.json"), "{");
    await when(() => shown.includes("schema.json: schema.json is no JSON"));
    await writeFile(inFolder(".env"), `PORT=${port}\nAPP_URL=nowhere\n`);
    await when(() => shown.includes("The server has ended with 1; it starts again when .env changes."));
    await writeFile(inFolder(".env"), `PORT=${port}\nAPP_URL=http://localhost:${port}\n`);
    await when(() => shown.includes("http://localhost:"));
    await when(() =>
      fetch(`${url}/health`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  } finally {
    dev.kill("SIGTERM");
    await read;
    expect(await dev.exited).toBe(0);
    await rm(folder, { recursive: true, force: true });
  }
});
