import { elapsed } from "@plinth/core";
import {
  type Grant,
  isRefusedByCatalog,
  renewGrant,
  type SubscriptionBroker,
  type WorkspaceSubscribers,
} from "@plinth/engine";
import type { StreamCaller } from "./subscription.ts";

/** How long the resolved caller serves further subscriptions. */
const FRESH_MS = 1000;

/** Whom a socket's subscriptions are for: roles and rules may have changed since the socket was opened. */
export class SocketCaller {
  #resolved: { readonly at: number; readonly caller: Promise<StreamCaller> } | undefined;

  /** `caller`: if it was just resolved. */
  constructor(
    private readonly broker: SubscriptionBroker,
    private readonly grant: Grant,
    caller: StreamCaller | undefined,
  ) {
    if (caller) this.#resolved = { at: this.#now(), caller: Promise.resolve(caller) };
  }

  current(subscribers: WorkspaceSubscribers): Promise<StreamCaller> {
    const at = this.#now();
    if (this.#resolved && elapsed(at, this.#resolved.at) <= FRESH_MS) return this.#resolved.caller;
    const resolved = { at, caller: this.#resolve(subscribers) };
    this.#resolved = resolved;
    resolved.caller.catch(() => {
      if (this.#resolved === resolved) this.#resolved = undefined;
    });
    return resolved.caller;
  }

  /** The caller with a newer catalog, where that may serve a subscription that was refused with `error`. */
  async renewed({ ctx, grant }: StreamCaller, error: unknown): Promise<StreamCaller | undefined> {
    if (!isRefusedByCatalog(error)) return undefined;
    const { engine, driver } = this.broker.options;
    const catalog = await engine.catalogs.newerForRefusal(driver, ctx.catalog, ctx.principal);
    if (!catalog) return undefined;
    this.#resolved = undefined;
    return { grant, ctx: { ...ctx, catalog } };
  }

  async #resolve(subscribers: WorkspaceSubscribers): Promise<StreamCaller> {
    const { engine, driver } = this.broker.options;
    const grant = await renewGrant(engine, driver, this.grant);
    const catalog = await engine.catalogs.get(driver, subscribers.workspaceId);
    return { grant, ctx: subscribers.contextFor(grant.principal, catalog) };
  }

  #now(): number {
    return this.broker.options.engine.clock.now();
  }
}
