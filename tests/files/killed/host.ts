/**
 * A server over SQLite and a store that ends by SIGKILL at a call of its database or its store. Its argument is JSON: see `HostOptions`. Beside the API it has `POST /arm?at=N`: from
 * then on it counts, and the Nth step is its last; `POST /later?ahead=MS` for its clock; and `POST /sweep`: the background work that is due. It prints its port.
 */

import { testApp } from "../../../apps/server/src/testing/app.ts";
import { diskFileStore } from "../../../packages/adapters-files/src/disk-file-store.ts";
import { type S3FileStoreOptions, s3FileStore } from "../../../packages/adapters-s3/src/s3-file-store.ts";
import { bunSqlite } from "../../../packages/adapters-sqlite/src/bun.ts";
import type { FileBody, FileStore, FileUpload, Images, SqlDriver } from "../../../packages/core/src/index.ts";

export interface HostOptions {
  /** Of the database. */
  readonly path: string;
  readonly store: { readonly folder: string } | S3FileStoreOptions;
  /** Milliseconds by which its clock is fast. */
  readonly ahead: number;
}

let left = Number.POSITIVE_INFINITY;
let steps = 0;

/** A step is a moment before or after a call, or before a chunk of a body. */
function step(): void {
  steps++;
  if (left-- <= 0) process.kill(process.pid, "SIGKILL");
}

async function between<T>(call: () => T | Promise<T>): Promise<T> {
  step();
  const answer = await call();
  step();
  return answer;
}

function counted(body: FileBody): FileBody {
  if (body instanceof Uint8Array) return body;
  const transform = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      step();
      controller.enqueue(chunk);
    },
  });
  return body.pipeThrough(transform);
}

function dyingDriver(driver: SqlDriver): SqlDriver {
  return {
    ...driver,
    all: (query) => between(() => driver.all(query)),
    run: (query) => between(() => driver.run(query)),
    batch: (queries) => between(() => driver.batch(queries)),
  };
}

function dyingUpload(upload: FileUpload): FileUpload {
  return {
    ...upload,
    part: (number, body, size) => between(() => upload.part(number, counted(body), size)),
    parts: () => between(() => upload.parts()),
    complete: (...args) => between(() => upload.complete(...args)),
    abort: () => between(() => upload.abort()),
  };
}

function dyingStore(store: FileStore): FileStore {
  return {
    ...store,
    put: (key, body, options) => between(() => store.put(key, counted(body), options)),
    get: (...args) => between(() => store.get(...args)),
    head: (key) => between(() => store.head(key)),
    delete: (keys) => between(() => store.delete(keys)),
    list: (options) => between(() => store.list(options)),
    copy: (...args) => between(() => store.copy(...args)),
    upload: async (...args) => dyingUpload(await between(() => store.upload(...args))),
    presign: (...args) => between(() => store.presign(...args)),
  };
}

/** What is made of a picture is kept in the store; which pixels it has does not matter here. */
const images: Images = {
  name: "no codec",
  capabilities: { reads: ["image/png"], writes: ["png"], keepsMetadata: false },
  render: async (bytes) => bytes,
};

const options = JSON.parse(process.argv[2]!) as HostOptions;
let { ahead } = options;
const store = "folder" in options.store ? diskFileStore(options.store) : s3FileStore(options.store);
const world = testApp(
  {},
  {
    driver: dyingDriver(bunSqlite({ path: options.path, threads: 0 })),
    files: async () => dyingStore(store),
    images: async () => images,
    publicFetch: async () => ({ status: 200, headers: new Headers(), body: new Response("new").body }),
    log: { debug() {}, info() {}, warn: console.error, error: console.error },
    clock: { now: () => Date.now() + ahead },
  },
);

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  maxRequestBodySize: 1_000_000_000,
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/arm") {
      [left, steps] = [Number(searchParams.get("at") ?? Number.POSITIVE_INFINITY), 0];
      return new Response();
    }
    if (pathname === "/steps") return Response.json(steps);
    if (pathname === "/later") {
      ahead = Number(searchParams.get("ahead"));
      return new Response();
    }
    if (pathname === "/sweep") {
      await world.app.tick();
      return new Response();
    }
    return world.app.fetch(request, { defer: () => {}, remoteAddress: "127.0.0.1" });
  },
});
console.log(server.port);
