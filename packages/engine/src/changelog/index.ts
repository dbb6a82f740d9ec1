export {
  COUNT_UP_TO,
  type ConsumerLag,
  comparePositions,
  consumerLags,
  isPosition,
} from "@plinth/db";
export { type Announcer, announcer, changesTopic, METADATA_CHANGED } from "../kernel/announce.ts";
export {
  type ChangeHandler,
  type Consumer,
  type ConsumerOptions,
  consume,
  type Drained,
  drainChanges,
} from "./consume.ts";
export { type ChangeQuery, changesSchema, listChanges } from "./list.ts";
export { logReader } from "./reader.ts";
export { WakeupListener, type WakeupOptions } from "./wakeup-listener.ts";
export { wakeupListener } from "./wakeup-listeners.ts";
