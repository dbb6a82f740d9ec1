import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diskFileStore } from "@plinth/adapters-files";
import type { FileStore } from "@plinth/core";
import { bearer, testApp } from "../../testing/app.ts";

const root = mkdtempSync(join(tmpdir(), "plinth-files-unmounted-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test("where the disk of the files is not mounted at a start, nothing is read, written or forgotten", async () => {
  const [folder, away] = [join(root, "files"), join(root, "away")];
  let store: FileStore | undefined;
  const world = testApp({}, { files: async (hasFiles) => (store ??= diskFileStore({ folder, hasFiles })) });
  const operator = bearer(await world.signUp("operator@example.com"));
  expect((await world.send("/api/buckets", { name: "docs" }, operator)).status).toBe(201);
  const path = "/api/files/docs/a.txt";
  const put = (body: string) => world.call(path, { method: "PUT", headers: operator, body });
  const read = () => world.call(path, { headers: operator });
  expect((await put("first")).status).toBe(201);

  store = undefined;
  renameSync(folder, away);
  expect([(await read()).status, (await put("second")).status]).toEqual([503, 503]);
  expect(existsSync(folder)).toBe(false);

  renameSync(away, folder);
  expect(await (await read()).text()).toBe("first");
  expect((await put("second")).status).toBe(200);
});
