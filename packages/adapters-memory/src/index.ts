export { consoleLog } from "./console-log.ts";
export { consoleMailer } from "./console-mailer.ts";
export { memoryBus } from "./memory-bus.ts";
export { systemClock } from "./system-clock.ts";
