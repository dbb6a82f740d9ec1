import { createApp } from "../app.ts";
import { bunRuntime, compileAsUsual } from "../platform/bun.ts";
import { runServer } from "../platform/server/run.ts";

await runServer(bunRuntime, createApp);
compileAsUsual();
