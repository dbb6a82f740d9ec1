import type { ErrorCode, Json, JsonObject } from "@plinth/core";
import type { Who } from "./as.ts";
import type { Expected } from "./match.ts";
import type { Outside } from "./outside.ts";
import type { Credentials, Fixture, World } from "./world.ts";

/** One HTTP request in the words of the API; `query` values other than texts are sent as JSON. */
export interface Call {
  readonly method: string;
  /** Or the whole address of another server. */
  readonly path: string;
  readonly query?: Readonly<Record<string, Json>>;
  readonly body?: Json;
  /** Sent as it is, instead of `body`. */
  readonly raw?: string | Uint8Array<ArrayBuffer> | (() => ReadableStream<Uint8Array>);
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Opens a socket at the address. The reply is a 101 whose body is `{ messages, closed }`: all that came, and the code by
   * which the server closed it; or, where the handshake was refused, the answer to the same request without one.
   */
  readonly talk?: readonly Turn[];
  /**
   * Of a poll: asks on until so many messages came, and the reply holds them all. A poll ends with the first message, and
   * those after it may show a moment later, however long ago their writes were answered.
   */
  readonly messages?: number;
}

/** One turn of a talk over a socket: a message that is sent, the wait for one that fits, or a request beside it. */
export type Turn =
  | { readonly send: Json | ((messages: readonly Json[]) => Json) }
  /** Sent as it is. */
  | { readonly raw: string | Uint8Array<ArrayBuffer> }
  | { readonly until: Expected }
  | { readonly step: Step }
  /** The server closes it. */
  | { readonly closes: number };

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body, or undefined where it is not JSON. */
  readonly json: Json | undefined;
}

/** What later steps may build upon: the replies so far, in order. */
export interface Seen {
  readonly replies: readonly Reply[];
  readonly credentials: Credentials;
  readonly setupToken?: string;
  readonly outside: Outside;
}

export type Ask = Call | ((seen: Seen) => Call);

/** A text that must not occur; secrets are only known while the contract runs. */
export type Forbidden = string | ((credentials: Credentials) => string);

export interface Expectation {
  readonly status: number | readonly number[];
  readonly code?: ErrorCode;
  /** Of a protocol whose errors have another form than Plinth's; `body` or `contains` says which. */
  readonly ownErrorForm?: true;
  /** It may be another server that answers, such as the store of the files. */
  readonly isForeign?: true;
  /** `details.field`, or the field of one of `details.issues`. */
  readonly field?: string;
  /** Partial: objects may have more keys; lists match in length and order. */
  readonly body?: Expected;
  readonly contains?: readonly string[];
  /** The negative column: what must not occur anywhere in the body. */
  readonly excludes: readonly Forbidden[];
  /** null: the header must be absent. */
  readonly headers?: Readonly<Record<string, string | RegExp | null>>;
}

/** A further request of a scenario, by the same caller unless `as` says otherwise. */
export interface Step {
  readonly as?: Who;
  readonly request: Ask;
  readonly expect: Omit<Expectation, "excludes"> & { readonly excludes?: readonly Forbidden[] };
}

/** What is known of a target before the first request. */
export interface TargetInfo {
  readonly target: string;
  readonly maxColumns?: number;
  /** The host has a place for files. */
  readonly files?: boolean;
  /** The host changes pictures. */
  readonly images?: boolean;
  /** The host runs functions without the sandbox. */
  readonly trusted?: boolean;
  /** The host does what is due at its time, without a tick. */
  readonly wakes?: boolean;
  readonly setupToken?: string;
}

export interface Scenario {
  readonly name: string;
  readonly as: Who;
  /** `fresh`: asked of the empty instance, before anybody has signed up. `last`: after all others, to wait the least. */
  readonly phase?: "fresh" | "last";
  readonly needs?: readonly Fixture[];
  /** The reason why the target cannot be asked this, or undefined. */
  readonly skip?: (info: TargetInfo) => string | undefined;
  /** Steps that prepare the request: the given of given, when and then. */
  readonly given?: readonly Step[];
  readonly request: Ask;
  readonly expect: Expectation;
  /** Follow-up requests, such as the proof that nothing was written. */
  readonly then?: readonly Step[];
  /** What a table cannot say, such as walking all pages. Throws where the answer is wrong. */
  readonly verify?: (reply: Reply, world: World, seen: Seen) => void | Promise<void>;
}

export const get = (path: string, query?: Call["query"]): Call => ({ method: "GET", path, ...(query && { query }) });
export const post = (path: string, body?: Json, headers?: Call["headers"]): Call => ({
  method: "POST",
  path,
  ...(body !== undefined && { body }),
  ...(headers && { headers }),
});
export const patch = (path: string, body: Json): Call => ({ method: "PATCH", path, body });
export const put = (path: string, body: Json): Call => ({ method: "PUT", path, body });
export const del = (path: string, query?: Call["query"]): Call => ({
  method: "DELETE",
  path,
  ...(query && { query }),
});
export const batch = (...operations: readonly Json[]): Call => post("/api/batch", { operations: [...operations] });
export const socket = (talk: readonly Turn[], query?: Call["query"]): Call => ({
  ...get("/api/realtime/socket", query),
  talk,
});
export const items = (slug: string, query?: Call["query"]): Call => get(`/api/items/${slug}`, query);
export const withHeaders = (call: Call, headers: Record<string, string>): Call => ({
  ...call,
  headers: { ...call.headers, ...headers },
});

/** A name for a row, so that answers can be stated exactly: `uuid(7, 3)` is row 3 of space 7. */
export function uuid(space: number, n: number): string {
  return `${String(space).padStart(8, "0")}-0000-4000-8000-${String(n).padStart(12, "0")}`;
}

/** The answer that lists these rows of a space, in this order. */
export function rows(space: number, ...ns: readonly number[]): { data: { id: string }[] } {
  return { data: ns.map((n) => ({ id: uuid(space, n) })) };
}

/** What no answer may ever tell: the insides of the server. */
export const INTERNALS = ["SELECT ", "INSERT INTO", "SQLITE", "syntax error", "node_modules", "    at "] as const;

/** What no answer about people may hold. */
export const SECRETS = ['"password"', "secret_note"] as const;

export function refused(status: number, code: ErrorCode, field?: string): Expectation {
  return { status, code, ...(field !== undefined && { field }), excludes: ['"data"', ...INTERNALS] };
}

export function answered(status: number, body?: Expected): Expectation {
  return { status, ...(body !== undefined && { body }), excludes: ['"error"', ...INTERNALS] };
}

export const ok = (body?: Expected): Expectation => answered(200, body);
export const created = (body?: Expected): Expectation => answered(201, body);

/** What a reply's `data` holds at `key`; an empty text where it holds nothing, so that the next request fails aloud. */
export function dataOf(reply: Reply | undefined, key: string): string {
  const data = (reply?.json as JsonObject | undefined)?.data as JsonObject | undefined;
  return String(data?.[key] ?? "");
}

/** The position from which the stream of the nth reply goes on. */
export const nextOf = ({ replies }: Seen, n: number): string =>
  String((replies[n]?.json as JsonObject | undefined)?.next ?? "");
