import { expect, test } from "bun:test";
import { memoryFileStore } from "@plinth/adapters-memory";
import { bearer, testApp } from "../../testing/app.ts";

/** With a whole block of 8 MiB each, as many as fit into the memory for the uploads of one address. */
const AT_ONCE = 32;
const VERSION = { "tus-resumable": "1.0.0" };

test("uploads that hardly send anything take no memory that others need", async () => {
  const store = memoryFileStore();
  const world = testApp({}, { files: async () => store });
  const operator = bearer(await world.signUp("operator@example.com"));
  expect((await world.send("/api/buckets", { name: "films" }, operator)).status).toBe(201);
  const begin = async (path: string): Promise<string> => {
    const metadata = `bucket ${btoa("films")},path ${btoa(path)}`;
    const headers = { ...operator, ...VERSION, "upload-metadata": metadata, "upload-defer-length": "1" };
    return `/api/${(await world.call("/api/tus", { method: "POST", headers })).headers.get("location")}`;
  };
  const headers = { ...operator, ...VERSION, "content-type": "application/offset+octet-stream", "upload-offset": "0" };
  const patch = (at: string, body: BodyInit) =>
    world.call(at, { method: "PATCH", headers, body, duplex: "half" } as RequestInit);

  const ends: (() => void)[] = [];
  const answers: Promise<Response>[] = [];
  for (let i = 0; i < AT_ONCE; i++) {
    const read = Promise.withResolvers<void>();
    const silent = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          ends.push(() => controller.close());
          read.resolve();
          return new Promise(() => {});
        },
      },
      { highWaterMark: 0 },
    );
    answers.push(patch(await begin(`${i}.mp4`), silent));
    await read.promise;
  }
  const late = await begin("late.mp4");
  const taken = await patch(late, "abc");
  expect([taken.status, taken.headers.get("upload-offset")]).toEqual([204, "3"]);
  for (const end of ends) end();
  expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(new Set([204]));
});
