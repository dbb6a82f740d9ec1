import { ERRORS, type ErrorCode, type Json, type JsonObject, PlinthError } from "@plinth/core";
import { type Connection, closedBatch, type EncodedBatch, signedPosition } from "@plinth/engine";
import { encodeSse } from "./sse.ts";

/** What comes shortly after the first message goes along with it. */
const GATHER_MS = 20;

export interface Collected {
  readonly messages: JsonObject[];
  /** The newest position that was sent. */
  readonly position: string | undefined;
}

/** Gathers messages for one bounded answer; `immediate`: that it listens is all that is waited for. */
export function pollConnection(immediate: boolean): {
  connection: Connection;
  collect(waitMs: number): Promise<Collected>;
  /** All of it as a stream would have sent it. */
  encoded(): Uint8Array[];
} {
  const batches: [chunk: EncodedBatch, seal: string | undefined][] = [];
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
        // That it listens now, or has what there is, is nothing to come back for.
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

/** What ends a stream is an error where each answer stands alone. */
export function throwRefusals(messages: readonly JsonObject[]): void {
  for (const { event, code, message, place } of messages) {
    if ((event !== "closed" && event !== "gone") || !isCode(code)) continue;
    throw new PlinthError(code, message as string, place ? { field: "after", next: place } : undefined);
  }
}

function isCode(code: Json | undefined): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(ERRORS, code);
}
