import { PlinthError } from "@plinth/core";
import {
  type Connection,
  type Grant,
  loggedOf,
  type RequestContext,
  type SubscriptionBroker,
  type WorkspaceSubscribers,
} from "@plinth/engine";

/** The subscriber and its rights. */
export interface StreamCaller {
  readonly ctx: RequestContext;
  readonly grant: Grant;
}

/** A caller's stream, over any transport. */
export interface Subscription extends StreamCaller {
  /** Poll: answer at once if there is nothing to wait for. */
  readonly immediate?: boolean;
  /** Poll: the first message is the answer. */
  readonly single?: boolean;
  /** Adds the caller to the workspace's subscribers. */
  subscribe(subscribers: WorkspaceSubscribers, connection: Connection): void | Promise<void>;
}

/**
 * Missed messages are sent while the answer is in progress; only immediate refusals are awaited. `address` is that of a
 * caller without credentials.
 */
export async function subscribe(
  broker: SubscriptionBroker,
  { ctx, subscribe }: Subscription,
  connection: Connection,
  address: string | undefined,
): Promise<void> {
  const release = broker.limits.reserve({ principal: ctx.principal, address });
  connection.release = release;
  try {
    const subscribers = await broker.subscribersOf(ctx.principal.workspaceId);
    const work = subscribe(subscribers, connection);
    if (!(work instanceof Promise)) return;
    work.catch((error: unknown) => {
      ctx.engine.log.error("a stream could not be served", { ...loggedOf(ctx), error });
      connection.end(error instanceof PlinthError ? error : new PlinthError("INTERNAL"));
      release();
    });
  } catch (error) {
    release();
    throw error;
  }
}
