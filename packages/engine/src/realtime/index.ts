export { CHANNEL_PREFIX, channelCollection } from "../access/channel-access.ts";
export { signedPosition } from "../kernel/position.ts";
export { brokerOptions } from "./broker-options.ts";
export { type ChannelRequest, checkChannel, publishMessage, subscribeChannel } from "./channels.ts";
export { type Connection, closedBatch, EncodedBatch, type Message, type ResumeState } from "./encoded-batch.ts";
export type { ItemEvent } from "./event-mapper.ts";
export { type Credential, type Grant, grantOf, refusalOf, renewGrant, renewGrants } from "./grant.ts";
export { checkItems, type ItemsRequest, subscribeItems } from "./items.ts";
export { type OpenSubscription, SUBSCRIPTION_KINDS, type SubscriptionKind } from "./open-subscription.ts";
export { checkPresence, subscribePresence } from "./presence.ts";
export { brokerFor, brokerOf } from "./process-broker.ts";
export { checkSchema, subscribeSchema } from "./schema-events.ts";
export {
  type BrokerOptions,
  hibernatedPosition,
  type LiveCounters,
  SubscriptionBroker,
} from "./subscription-broker.ts";
export { makeTicket, redeemTicket } from "./ticket.ts";
export { type Subscriber, WorkspaceSubscribers } from "./workspace-subscribers.ts";
