import { ERRORS, type ErrorCode, type Json, type JsonObject, PlinthError } from "@plinth/core";
import { type Chunk, closedChunk, type Outlet, sealedPlace } from "@plinth/engine";
import { encodeSse } from "./sse.ts";

/** What comes shortly after the first message goes along with it. */
const GATHER_MS = 20;

export interface Collected {
  readonly messages: JsonObject[];
  /** The newest place that was told. */
  readonly place: string | undefined;
}

/** Gathers messages for one bounded answer; `immediate`: that it listens is all that is waited for. */
export function pollOutlet(immediate: boolean): {
  outlet: Outlet;
  collect(waitMs: number): Promise<Collected>;
  /** All of it as a stream would have sent it. */
  encoded(): Uint8Array[];
} {
  const chunks: [chunk: Chunk, seal: string | undefined][] = [];
  const messages: JsonObject[] = [];
  let place: string | undefined;
  let closed = false;
  const first = Promise.withResolvers<void>();
  const outlet: Outlet = {
    get closed() {
      return closed;
    },
    returns: true,
    send(chunk, seal) {
      if (closed) return false;
      chunks.push([chunk, seal]);
      for (const frame of chunk.frames) {
        place = frame.place === undefined ? place : sealedPlace(frame.place, seal);
        if (frame.json === "") continue;
        const message = JSON.parse(frame.json) as JsonObject;
        messages.push(message);
        // That it listens now, or has what there is, is nothing to come back for.
        if (immediate || (message.event !== "ready" && message.event !== "same")) first.resolve();
      }
      return true;
    },
    end(refusal) {
      if (refusal) outlet.send(closedChunk(refusal));
      closed = true;
      first.resolve();
    },
  };
  return {
    outlet,
    encoded: () => chunks.map(([chunk, seal]) => encodeSse(chunk, seal)),
    async collect(waitMs) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, waitMs);
      });
      await Promise.race([first.promise, late]).finally(() => clearTimeout(timer));
      if (messages.length > 0 && !closed) await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
      closed = true;
      return { messages, place };
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
