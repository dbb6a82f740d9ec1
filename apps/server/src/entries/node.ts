import { createApp } from "../app.ts";
import { nodeRuntime } from "../platform/node.ts";
import { runServer } from "../platform/server/run.ts";

await runServer(nodeRuntime, createApp);
