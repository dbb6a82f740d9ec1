import type { JsonObject } from "@plinth/core";
import { Webhook } from "standardwebhooks";

export interface Received {
  readonly body: string;
  readonly headers: Record<string, string>;
}

/** What a message says, if the secret has signed it. */
export function verified({ secret }: { secret: string }, { body, headers }: Received) {
  return new Webhook(secret).verify(body, headers) as {
    type: string;
    timestamp: string;
    data: JsonObject;
  };
}
