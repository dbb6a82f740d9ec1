export { comparePlaces, isPlace, type LogReader } from "@plinth/db";
export { type Announcer, announcer, changesTopic } from "./announce.ts";
export { ChangeFeed, type ChangeFeedOptions } from "./feed.ts";
export { logReader } from "./reader.ts";
export { actorOf, requestStore } from "./store.ts";
