import { expect } from "bun:test";
import { memoryFileStore } from "@plinth/adapters-memory";
import type { Config, FileStore } from "@plinth/core";
import { bearer, type TestApp, testApp } from "./app.ts";
import { type S3Keys, s3Client } from "./s3-client.ts";

/** An app with the buckets `docs` and `other`, and access keys of S3 to them. */
export async function openS3World({
  settings = {},
  ...parts
}: Partial<Pick<TestApp, "driver">> & { readonly settings?: Partial<Config> } = {}) {
  let ahead = 0;
  const clock = { now: () => Date.now() + ahead };
  let beforeRead = () => {};
  const memory = memoryFileStore();
  const store: FileStore = {
    ...memory,
    get(key, options) {
      beforeRead();
      return memory.get(key, options);
    },
  };
  const world = testApp(settings, { ...parts, files: async () => store, clock });
  const operator = bearer(await world.signUp("operator@example.com"));
  for (const name of ["docs", "other"]) await world.send("/api/buckets", { name }, operator);
  const keyOf = async (more: object = {}): Promise<S3Keys & { id: string }> => {
    const made = await world.send("/api/s3-keys", { name: "test", ...more }, operator);
    expect(made.status).toBe(201);
    return ((await made.json()) as { data: S3Keys & { id: string } }).data;
  };
  const keys = await keyOf();
  const passed = (ms: number) => {
    ahead += ms;
  };
  const onRead = (work: () => void) => {
    beforeRead = work;
  };
  return { world, operator, keys, s3: s3Client(world, keys), keyOf, clock, passed, onRead, store };
}
