import { type ErrorCode, invalid, type LogPosition, type PlinthError, requireExactNumbers } from "@plinth/core";
import type { Message } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { type LiveBody, liveSchemaFor } from "../../http/query/index.ts";
import { parseValue } from "../../http/validate.ts";

/** The largest message from a subscriber. */
const MAX_MESSAGE_BYTES = 64 * 1024;

const ref = z.string().min(1).max(64).describe("The subscription's name, chosen by the client");
const after = z.string().max(200).optional().describe("Resume after this `id`");

/** By the key that identifies a message's kind. */
const CLIENT_MESSAGES = {
  subscribe: z.strictObject({ ref, subscribe: z.string().max(MAX_MESSAGE_BYTES), after }),
  live: (message: { live?: unknown }) => z.strictObject({ ref, live: liveSchemaFor(message.live), after }),
  unsubscribe: z.strictObject({ ref, unsubscribe: z.literal(true) }),
  ping: z.strictObject({ ping: z.literal(true) }),
};

/** The source of a subscription: the address of a stream, or a live query. */
export type SubscriptionSource = { readonly subscribe: string } | { readonly live: LiveBody };

export type ClientMessage =
  | ({ readonly ref: string; readonly after?: string | undefined } & SubscriptionSource)
  | { readonly ref: string; readonly unsubscribe: true }
  | { readonly ping: true };

/** The constant texts, so that a host may answer them without waking the session. */
export const PING = '{"ping":true}';
export const PONG = '{"pong":true}';

/** Throws an error that names the mistake. */
export function parseMessage(data: string | ArrayBuffer): ClientMessage {
  if (typeof data !== "string") throw invalid("message", "expected a text, not bytes");
  if (data.length > MAX_MESSAGE_BYTES || new TextEncoder().encode(data).length > MAX_MESSAGE_BYTES) {
    throw invalid("message", `at most ${MAX_MESSAGE_BYTES} bytes`, "LIMIT_EXCEEDED");
  }
  const value = parseJson(data);
  const kind = (Object.keys(CLIENT_MESSAGES) as (keyof typeof CLIENT_MESSAGES)[]).find((name) =>
    Object.hasOwn(value, name),
  );
  if (!kind) throw invalid("message", "expected one of subscribe, live, unsubscribe and ping");
  const schema = CLIENT_MESSAGES[kind];
  return parseValue(typeof schema === "function" ? schema(value) : schema, value);
}

/** The `ref` of an invalid message, if it has one. */
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
    throw invalid("message", "is not valid JSON", "MALFORMED_JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid("message", "expected an object");
  requireExactNumbers(text, "message");
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

export function errorMessage(refName: string | undefined, error: PlinthError): string {
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
