/**
 * A folder as the store of a replica, for programs on Node, Bun and Deno.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { OpenStore, SyncStore } from "../sync/store.ts";
import { openFolder } from "./open-store.ts";

/**
 * In files of a folder, which is made unless it is there. What was written survives the program's end at any moment, and a
 * power cut. One program at a time opens the data of a user.
 *
 * @example
 * const db = sync(client, { shapes, user: "machine-7", store: fileStore("./data") });
 */
export function fileStore(folder: string): SyncStore {
  if (typeof folder !== "string" || folder === "")
    throw new TypeError('fileStore: expected the path of a folder, such as "./data"');
  const root = resolve(folder);
  return {
    durable: true,
    async open(name): Promise<OpenStore> {
      await mkdir(root, { recursive: true, mode: 0o700 });
      // Names are longer than file systems allow, and hold what they do not.
      return openFolder(join(root, createHash("sha256").update(name).digest("hex").slice(0, 32)));
    },
  };
}
