import type { SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { service } from "../kernel/services.ts";
import { brokerOptions } from "./broker-options.ts";
import { SubscriptionBroker } from "./subscription-broker.ts";

/** Created with the first subscriber's connection, on hosts whose connections last. */
const made = service("broker", (_: Engine): { broker?: SubscriptionBroker } => ({}));

/** The process's broker, once there has been a subscription. */
export function brokerOf(engine: Engine): SubscriptionBroker | undefined {
  return made(engine).broker;
}

/** The process's broker, created if there is none. For hosts whose connections last. */
export function brokerFor(engine: Engine, driver: SqlDriver): SubscriptionBroker {
  const state = made(engine);
  state.broker ??= new SubscriptionBroker(brokerOptions(engine, driver));
  return state.broker;
}
