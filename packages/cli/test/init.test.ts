import { expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { runHere } from "./in-process.ts";
import { dataOf, serverForTests } from "./server.ts";

const { server } = serverForTests();
const FILES = [".env", ".gitignore", "AGENTS.md", "package.json", "schema.json"];

test("a new project has settings, a schema that a server takes, scripts and notes", async () => {
  const folder = join(server.folder, "My App");
  const made = await runHere(["init", folder]);
  expect([made.code, made.out]).toEqual([0, expect.stringContaining(`Made a project in ${folder}:`)]);
  expect(readdirSync(folder).sort()).toEqual(FILES);
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const manifest = JSON.parse(read("package.json")) as { name: string; scripts: Record<string, string> };
  expect(manifest.name).toBe("my-app");
  expect(parseEnv(read(".env"))).toEqual({ PORT: "8787", DATA_DIR: ".plinth/data" });
  if (process.platform !== "win32") expect(statSync(join(folder, ".env")).mode & 0o77).toBe(0);
  const env = { PLINTH_URL: server.url, PLINTH_KEY: server.key, XDG_CONFIG_HOME: server.folder };
  const schema = join(folder, "schema.json");
  expect(await runHere(["schema", "push", schema, "--yes"], env)).toMatchObject({ code: 0, out: "5 changes made.\n" });
  expect((await runHere(["schema", "diff", schema], env)).code).toBe(0);
  // Every command that the notes and the scripts name is there.
  const named = [...`${read("AGENTS.md")}${JSON.stringify(manifest.scripts)}`.matchAll(/plinth ((?:[a-z]+ ?)+)/g)];
  expect(named.length).toBeGreaterThan(6);
  for (const [, words] of named)
    expect(await runHere(["help", ...words!.trim().split(" ").slice(0, 2)])).toMatchObject({ code: 0 });
});

test("nothing that is there is changed", async () => {
  const folder = join(server.folder, "again");
  expect(dataOf((await runHere(["init", folder, "--json"])).out)).toMatchObject({ folder, files: expect.any(Array) });
  writeFileSync(join(folder, "schema.json"), "mine");
  const again = await runHere(["init", folder]);
  expect([again.code, again.err]).toEqual([2, expect.stringContaining("Nothing was written.")]);
  expect(readFileSync(join(folder, "schema.json"), "utf8")).toBe("mine");
});
