import { type Client, type ClientOptions, createClient, PlinthClientError } from "../../packages/client/src/index.ts";
import type { KeyName } from "./as.ts";
import type { World } from "./world.ts";

/** The client of a program that has this key, with the target's only face as its `fetch`. */
export function clientOf(world: World, key: KeyName, options: Partial<ClientOptions> = {}): Client {
  const fetch = (input: string | URL | Request, init?: RequestInit) => world.target.fetch(new Request(input, init));
  const { baseUrl } = world.target;
  return createClient({ url: baseUrl, key: world.key(key), transport: "sse", fetch: fetch as never, ...options });
}

/** What the client throws. */
export async function errorOf(call: Promise<unknown>): Promise<PlinthClientError> {
  const error = await call.then(
    () => new Error("the call was answered"),
    (reason: unknown) => reason,
  );
  if (error instanceof PlinthClientError) return error;
  throw error;
}
