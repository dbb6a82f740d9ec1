import type { Client } from "./client.ts";
import { requester } from "./index.ts";
import type { Requester } from "./items/request.ts";
import { requireKnown } from "./known-options.ts";
import type { ClientOptions } from "./types.ts";

/** As of `createClient`. */
export type PartOptions = Pick<ClientOptions, "timeoutMs" | "retries">;

const PART_OPTIONS: readonly (keyof PartOptions)[] = ["timeoutMs", "retries"];

/** For a part that is a module of its own: requests with the credentials of a client. */
export function partRequester(client: Pick<Client, "request">, options: PartOptions, part: string): Requester {
  requireKnown(options, PART_OPTIONS, part);
  return requester(options, (path, content, method) =>
    client.request(path, { ...content, ...(method !== undefined && { method }) }),
  );
}
