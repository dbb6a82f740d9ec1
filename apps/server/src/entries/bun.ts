import { createApp } from "../app.ts";
import { bunRuntime } from "../platform/bun.ts";
import { runServer } from "../platform/server/run.ts";

await runServer(bunRuntime, createApp);
