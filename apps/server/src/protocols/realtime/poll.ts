import { ERRORS, type ErrorCode, type Json, type JsonObject, PlinthError } from "@plinth/core";
import { type Connection, closedBatch, type EncodedBatch, signedPosition } from "@plinth/engine";
import { encodeSse } from "./sse.ts";

/** Messages that follow the first one within this time join its answer. */
const GATHER_MS = 20;

export interface Collected {
  readonly messages: JsonObject[];
  /** The newest position that was sent. */
  readonly position: string | undefined;
}

interface PollOptions {
  /** It waits only until it is subscribed. */
  readonly immediate?: boolean;
  /** The first message is the answer. */
  readonly single?: boolean;
}

/** Gathers messages for one bounded answer. */
export function pollConnection({ immediate = false, single = false }: PollOptions): {
  connection: Connection;
  collect(waitMs: number): Promise<Collected>;
  /** All messages, encoded as in a stream. */
  encoded(): Uint8Array[];
} {
  const batches: [batch: EncodedBatch, signature: string | undefined][] = [];
  const messages: JsonObject[] = [];
  let position: string | undefined;
  let closed = false;
  const first = Promise.withResolvers<void>();
  const connection: Connection = {
    get closed() {
      return closed;
    },
    returns: true,
    send(batch, signature) {
      if (closed) return false;
      batches.push([batch, signature]);
      for (const message of batch.messages) {
        position = message.position === undefined ? position : signedPosition(message.position, signature);
        if (message.json === "") continue;
        const parsed = JSON.parse(message.json) as JsonObject;
        messages.push(parsed);
        if (single) closed = true;
        // A subscription that is ready, or up to date, is no reason to answer yet.
        if (immediate || (parsed.event !== "ready" && parsed.event !== "same")) first.resolve();
      }
      return true;
    },
    end(refusal) {
      if (refusal) connection.send(closedBatch(refusal));
      closed = true;
      first.resolve();
    },
  };
  return {
    connection,
    encoded: () => batches.map(([batch, signature]) => encodeSse(batch, signature)),
    async collect(waitMs) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, waitMs);
      });
      await Promise.race([first.promise, late]).finally(() => clearTimeout(timer));
      if (messages.length > 0 && !closed) await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
      closed = true;
      return { messages, position };
    },
  };
}

/** A refusal ends a stream; in a separate answer it is an error. */
export function throwRefusals(messages: readonly JsonObject[]): void {
  for (const { event, code, message, position } of messages) {
    if ((event !== "closed" && event !== "gone") || !isCode(code)) continue;
    throw new PlinthError(code, message as string, position ? { field: "after", next: position } : undefined);
  }
}

function isCode(code: Json | undefined): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(ERRORS, code);
}
