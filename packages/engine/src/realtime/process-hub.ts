import type { SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { service } from "../kernel/services.ts";
import { brokerOptions } from "./broker-options.ts";
import { SubscriptionBroker } from "./subscription-broker.ts";

/** Made over the connection of whoever listens first, on hosts whose connections last. */
const made = service("broker", (_: Engine): { broker?: SubscriptionBroker } => ({}));

/** The process's broker, once somebody has subscribed. */
export function brokerOf(engine: Engine): SubscriptionBroker | undefined {
  return made(engine).broker;
}

/** The hub of a process whose connections last. */
export function brokerFor(engine: Engine, driver: SqlDriver): SubscriptionBroker {
  const state = made(engine);
  state.broker ??= new SubscriptionBroker(brokerOptions(engine, driver));
  return state.broker;
}
