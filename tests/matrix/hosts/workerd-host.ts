/**
 * Runs the built Worker in workerd by way of miniflare. Node 24 executes this file. `D1`: with a database, which stays in
 * the folder `D1_FOLDER` where one is given; `NO_OBJECTS`: without Durable Objects.
 */
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { WORKER_OBJECTS, workerOptions } from "../../support/workerd.ts";

const { PATH: _path, HOME: _home, TMPDIR: _tmp, D1, D1_FOLDER, NO_OBJECTS, PORT, ...rest } = process.env;

const host = new Miniflare(
  workerOptions(join(import.meta.dirname, "../../../dist/workers"), {
    port: Number(PORT),
    bindings: rest as Record<string, string>,
    r2Buckets: ["FILES"],
    ...(D1 && { d1Databases: ["DB"] }),
    ...(D1_FOLDER && { resourcePersistencePath: D1_FOLDER }),
    ...(!NO_OBJECTS && { durableObjects: WORKER_OBJECTS }),
  }),
);
await host.ready;

process.on("SIGTERM", () => void host.dispose().then(() => process.exit(0)));
