import { createApp } from "../app.ts";
import { denoRuntime } from "../platform/deno.ts";
import { runServer } from "../platform/server/run.ts";

await runServer(denoRuntime, createApp);
