export { Chunk, type Frame, frameOf, framesOf, type Outlet } from "./chunk.ts";
export { type Credential, type Grant, grantOf } from "./grant.ts";
export { Hub, type HubOptions } from "./hub.ts";
export { checkItems, type ItemsRequest, subscribeItems } from "./items.ts";
export type { ItemEvent } from "./judge.ts";
export { Room, type Subscriber } from "./room.ts";
export { hubOptions } from "./source.ts";
export { makeTicket, redeemTicket } from "./ticket.ts";
