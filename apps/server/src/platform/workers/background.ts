import { alarmOrderIn, type ObjectStateLike, ringBy } from "@plinth/adapters-cloudflare";
import type { App, Platform } from "@plinth/core";
import { UNKNOWN_URL } from "../serverless/lazy-app.ts";
import { type WorkersEnv, workersPlatform } from "./platform.ts";

/** The runtime calls this. */
export interface BackgroundObject {
  fetch(request: Request): Promise<Response>;
  alarm(): Promise<void>;
}

const ORIGIN = "origin";
/** After a failure of the whole app, such as a wrong setting or a database that cannot be reached. */
const RETRY_MS = 60_000;

/**
 * The Durable Object that does what is due at a time. There is one: Workers ask for its alarm, and it runs the same app as they do when
 * it rings, at least once for each time. It has one alarm, for the earliest time that anybody has asked for.
 */
export function backgroundObject(
  createApp: (platform: Platform) => App,
): new (
  state: ObjectStateLike,
  env: WorkersEnv,
) => BackgroundObject {
  return class {
    #app: App | undefined;

    constructor(
      private readonly state: ObjectStateLike,
      private readonly env: WorkersEnv,
    ) {}

    async fetch(request: Request): Promise<Response> {
      const order = await alarmOrderIn(request);
      if (!order) return new Response(null, { status: 404 });
      const { kv } = this.state.storage;
      if (order.origin !== undefined && kv.get(ORIGIN) === undefined) kv.put(ORIGIN, order.origin);
      await ringBy(this.state, order.at);
      return new Response(null, { status: 204 });
    }

    async alarm(): Promise<void> {
      try {
        this.#app ??= createApp(this.#platform());
        await this.#app.wake();
      } catch (error) {
        // biome-ignore lint/suspicious/noConsole: what failed may be what the log comes from.
        console.error(`plinth: what is due cannot be done: ${String(error)}`);
        await ringBy(this.state, Date.now() + RETRY_MS);
      }
    }

    #platform(): Platform {
      const origin = this.state.storage.kv.get(ORIGIN);
      const platform = workersPlatform(this.env, typeof origin === "string" ? origin : UNKNOWN_URL);
      return { ...platform, alarm: { setBy: (at) => ringBy(this.state, at) } };
    }
  };
}
