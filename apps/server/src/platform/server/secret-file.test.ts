import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "plinth-secret-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("processes that start at the same moment agree on one secret", async () => {
  const dataDir = join(folder, "data");
  const code = `console.log((await import(${JSON.stringify(join(import.meta.dirname, "secret-file.ts"))})).keptSecret(${JSON.stringify(dataDir)}))`;
  const secrets = await Promise.all(
    Array.from({ length: 6 }, () => new Response(Bun.spawn([process.execPath, "-e", code]).stdout).text()),
  );
  expect(new Set(secrets).size).toBe(1);
  expect(secrets[0]!.trim()).toMatch(/^[0-9a-f]{64}$/);
  expect(readdirSync(dataDir)).toEqual(["secret"]);
});
