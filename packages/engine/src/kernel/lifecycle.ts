import type { Engine } from "./engine.ts";
import { service } from "./services.ts";

/** Whether the process is about to end: probes then send no further requests here. */
export const lifecycleOf = service("lifecycle", (_: Engine) => ({ stopping: false }));
