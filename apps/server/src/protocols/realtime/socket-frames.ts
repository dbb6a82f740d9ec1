import { type ErrorCode, invalid, type LogPosition, PlinthError, requireExactNumbers } from "@plinth/core";
import type { Message } from "@plinth/engine";
import * as z from "zod";
import { type LiveBody, liveSchemaFor } from "../../http/query/index.ts";
import { parseValue } from "../../http/validate.ts";

/** The largest frame from a subscriber. */
const MAX_FRAME_BYTES = 64 * 1024;

const ref = z.string().min(1).max(64).describe("The subscription's name, chosen by the client");
const after = z.string().max(200).optional().describe("Resume after this `id`");

/** By the key that identifies a frame's kind. */
const FRAMES = {
  subscribe: z.strictObject({ ref, subscribe: z.string().max(MAX_FRAME_BYTES), after }),
  live: (frame: { live?: unknown }) => z.strictObject({ ref, live: liveSchemaFor(frame.live), after }),
  unsubscribe: z.strictObject({ ref, unsubscribe: z.literal(true) }),
  ping: z.strictObject({ ping: z.literal(true) }),
};

/** The source of a subscription: the address of a stream, or a live query. */
export type Source = { readonly subscribe: string } | { readonly live: LiveBody };

export type ClientFrame =
  | ({ readonly ref: string; readonly after?: string | undefined } & Source)
  | { readonly ref: string; readonly unsubscribe: true }
  | { readonly ping: true };

/** The constant texts, so that a host may answer them without waking the session. */
export const PING = '{"ping":true}';
export const PONG = '{"pong":true}';

/** Throws an error that names the mistake. */
export function parseFrame(data: string | ArrayBuffer): ClientFrame {
  if (typeof data !== "string") throw invalid("frame", "expected a text, not bytes");
  if (data.length > MAX_FRAME_BYTES || new TextEncoder().encode(data).length > MAX_FRAME_BYTES) {
    throw invalid("frame", `at most ${MAX_FRAME_BYTES} bytes`, "LIMIT_EXCEEDED");
  }
  const value = parseJson(data);
  const kind = (Object.keys(FRAMES) as (keyof typeof FRAMES)[]).find((name) => Object.hasOwn(value, name));
  if (!kind) throw invalid("frame", "expected one of subscribe, live, unsubscribe and ping");
  const schema = FRAMES[kind];
  return parseValue(typeof schema === "function" ? schema(value) : schema, value);
}

/** The `ref` of an invalid frame, if it has one. */
export function refIn(data: string | ArrayBuffer): string | undefined {
  try {
    const parsed = z.object({ ref }).safeParse(parseJson(data as string));
    return parsed.data?.ref;
  } catch {
    return undefined;
  }
}

function parseJson(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new PlinthError("MALFORMED_JSON", "frame: the message is not valid JSON.", { field: "frame" });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid("frame", "expected an object");
  requireExactNumbers(text, "frame");
  return value;
}

/** The start of a subscription's messages. */
export function headOf(refName: string): string {
  return `{"ref":${JSON.stringify(refName)}`;
}

/** Messages that are sent together, serialised once for all subscriptions at the same position. */
export class SocketMessages {
  readonly #tails: readonly string[];
  #head: string | undefined;
  #texts: readonly string[] = [];

  constructor(messages: readonly Message[], positionOf: (message: Message) => LogPosition | undefined) {
    this.#tails = messages.map((message) => tailOf(message, positionOf(message)));
  }

  /**
   * Only the last one's texts are kept: many subscriptions share a name, but there may be as many names as
   * subscriptions.
   */
  withHead(head: string): readonly string[] {
    if (head !== this.#head) {
      this.#texts = this.#tails.map((tail) => head + tail);
      this.#head = head;
    }
    return this.#texts;
  }
}

/** The part after the head: a message as serialised JSON, or only the position to resume from. */
function tailOf({ json }: Message, position: LogPosition | undefined): string {
  const id = position === undefined ? "" : `,"id":"${position}"`;
  return json === "" ? `${id}}` : `${id},"data":${json}}`;
}

export function errorFrame(refName: string | undefined, error: PlinthError): string {
  const { code, message, details, status } = error;
  return JSON.stringify({ ref: refName, error: { code, message, status, details } });
}

/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1, and one of the range for applications. */
export const CLOSE = {
  goingAway: 1001,
  policy: 1008,
  tryAgainLater: 1013,
  /** The socket's session or key has ended. */
  ended: 4401,
} as const;

/** Codes that mean that the credential itself is invalid, and with it everything that it opened. */
const ENDING: ReadonlySet<ErrorCode> = new Set(["INVALID_TOKEN", "INVALID_API_KEY"]);

export function endsCredential({ code }: PlinthError): boolean {
  return ENDING.has(code);
}
