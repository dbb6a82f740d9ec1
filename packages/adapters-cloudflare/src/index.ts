export { type D1Like, type D1StatementLike, d1 } from "./d1.ts";
export { type AlarmOrder, alarmOrderIn, type ObjectAlarmOptions, objectAlarm, ringBy } from "./object-alarm.ts";
export { answerBus, isBusSocket, type ObjectNamespaceLike, objectBus, QUIET_MS } from "./object-bus.ts";
export { type AcceptedSocket, acceptSocket, answerPings, type ObjectStateLike, trySend } from "./object-state.ts";
export type { R2BucketLike } from "./r2-binding.ts";
export { type R2FileStoreOptions, r2FileStore } from "./r2-file-store.ts";
