export { consoleLog } from "./console-log.ts";
export { memoryBus } from "./memory-bus.ts";
export { memoryCache } from "./memory-cache.ts";
export { systemClock } from "./system-clock.ts";
