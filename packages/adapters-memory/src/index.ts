export { consoleLog } from "./console-log.ts";
export { consoleMailer } from "./console-mailer.ts";
export { consoleSmsSender } from "./console-sms-sender.ts";
export { memoryBus } from "./memory-bus.ts";
export { type MemoryFileStoreOptions, memoryFileStore } from "./memory-file-store.ts";
export { systemClock } from "./system-clock.ts";
