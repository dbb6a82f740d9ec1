import { afterAll, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileStoreSuite } from "@plinth/conformance";
import { diskFileStore } from "../src/disk-file-store.ts";

const folder = mkdtempSync(join(tmpdir(), "plinth-disk-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

fileStoreSuite({ test, open: () => diskFileStore({ folder: join(folder, "made/for/it") }) });
