export {
  COUNT_UP_TO,
  type ConsumerLag,
  comparePlaces,
  consumerLags,
  deleteConsumer,
  isPlace,
} from "@plinth/db";
export { type Announcer, announcer, changesTopic, REVISED } from "../kernel/announce.ts";
export { type ChangeHandler, type Consumer, type ConsumerOptions, consume, drainChanges } from "./consume.ts";
export { ChangeFeed, type ChangeFeedOptions } from "./feed.ts";
export { changeFeed } from "./feeds.ts";
export { type ChangeQuery, changesSchema, listChanges } from "./list.ts";
export { logReader } from "./reader.ts";
export { actorOf, requestSources } from "./store.ts";
