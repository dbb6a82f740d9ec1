export { consoleLog } from "./console-log.ts";
export { memoryBus } from "./memory-bus.ts";
export { systemClock } from "./system-clock.ts";
