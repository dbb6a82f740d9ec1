import { PlinthError } from "@plinth/core";
import type { Connection, Grant, RequestContext, SubscriptionBroker, WorkspaceSubscribers } from "@plinth/engine";

/** Who listens, by what right. */
export interface StreamCaller {
  readonly ctx: RequestContext;
  readonly grant: Grant;
}

/** A stream that a caller may have, whatever it is sent over. */
export interface Subscription extends StreamCaller {
  /** Poll: answer at once where nothing is waited for. */
  readonly immediate?: boolean;
  /** Adds the caller to the workspace's subscribers. */
  subscribe(subscribers: WorkspaceSubscribers, connection: Connection): void | Promise<void>;
}

/** What was missed is sent while the answer is under way; only what is refused at once is waited for. */
export async function subscribe(
  broker: SubscriptionBroker,
  { ctx, subscribe }: Subscription,
  connection: Connection,
): Promise<void> {
  const release = broker.reserve();
  connection.release = release;
  try {
    const subscribers = await broker.subscribersOf(ctx.principal.workspaceId);
    const work = subscribe(subscribers, connection);
    if (!(work instanceof Promise)) return;
    work.catch((error: unknown) => {
      ctx.engine.log.error("a stream could not be served", { error });
      connection.end(error instanceof PlinthError ? error : new PlinthError("INTERNAL"));
      release();
    });
  } catch (error) {
    release();
    throw error;
  }
}
