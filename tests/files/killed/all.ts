/**
 * `bun tests/files/killed/all.ts [--s3] [--every N] [--only TEXT]`: kills a server at every step, or every Nth one, of each door by which a file is written, or
 * of those whose names contain the text, on a disk or in S3. It takes minutes.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { diskFileStore } from "../../../packages/adapters-files/src/disk-file-store.ts";
import { s3FileStore } from "../../../packages/adapters-s3/src/s3-file-store.ts";
import { startS3 } from "../../support/s3-server.ts";
import { DOORS } from "./doors.ts";
import { killEverywhere } from "./killing.ts";

const { values } = parseArgs({
  options: {
    s3: { type: "boolean", default: false },
    every: { type: "string", default: "1" },
    only: { type: "string", default: "" },
  },
});
const folder = mkdtempSync(join(tmpdir(), "plinth-killed-"));
const server = values.s3 ? await startS3() : undefined;
const files = { folder: join(folder, "files") };
const s3 = server && { ...server, forcePathStyle: true };
const every = Number(values.every);
const began = performance.now();
try {
  const kills = await killEverywhere({
    folder,
    store: s3 ?? files,
    seen: s3 ? s3FileStore(s3) : diskFileStore(files),
    stepsOf: (_, steps) => Array.from({ length: Math.ceil(steps / every) }, (_, n) => n * every),
    doors: DOORS.filter(({ name }) => name.includes(values.only)),
    onDoor: ({ name }, kills) => console.log(`${name.padEnd(22)} ${kills} kills`),
  });
  console.log(`${kills} kills, nothing lost and nothing left, ${Math.round((performance.now() - began) / 1000)} s`);
} finally {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}
