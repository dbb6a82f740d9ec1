import { anySignal } from "./any-signal.ts";
import { isLoopback } from "./origins.ts";
import { causeWords } from "./outgoing-cause.ts";

/** Why a request to somebody else's server has no usable answer. */
export type OutgoingFailure = "address" | "redirect" | "timeout" | "too_large" | "unreachable";

export class OutgoingError extends Error {
  override readonly name = "OutgoingError";
  constructor(
    readonly reason: OutgoingFailure,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/**
 * Why there is no usable answer, for those who have chosen the address, with what the network says. It is not for strangers: they could
 * learn by it which names and ports there are.
 */
export function outgoingWords(error: OutgoingError): string {
  const { reason, message, cause } = error;
  if (reason === "unreachable") return `${message}${causeWords(cause)}`;
  const isInside = reason === "address" && message.endsWith("private network");
  return isInside ? `${message}${UNLESS_NAMED}` : message;
}

const UNLESS_NAMED = ", unless the setting PRIVATE_ADDRESSES of the server names its host";

/**
 * Which hosts of private networks may be asked, over plain http too: none, all, or these, as `host` or `host:port` in the form
 * of `URL`.
 */
export type PrivateHosts = boolean | ReadonlySet<string>;

export interface OutgoingLimits {
  readonly timeoutMs: number;
  /** Of the answer. */
  readonly maxBytes: number;
  readonly mayBePrivate: PrivateHosts;
  /** What the answer has beyond `maxBytes` is left out; otherwise it is an error. */
  readonly isCut?: boolean;
  /** Ends the request. */
  readonly signal?: AbortSignal;
}

export interface OutgoingAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * Asks a server whose address somebody has configured. The answer is bounded in time and size, and a redirect is not
 * followed: it could lead into the private network.
 */
export async function fetchBounded(
  url: string,
  init: Omit<RequestInit, "redirect" | "signal">,
  limits: OutgoingLimits,
): Promise<OutgoingAnswer> {
  return askBounded(url, limits, (signal) => fetch(url, { ...init, redirect: "manual", signal }));
}

/** What is read of an answer. */
interface AnswerStream extends Pick<Response, "status" | "headers"> {
  readonly body: ReadableStream<Uint8Array> | null;
  readonly type?: string;
}

/** The same by any way to send the request. */
export async function askBounded(
  url: string,
  { timeoutMs, maxBytes, mayBePrivate, isCut = false, signal: ended }: OutgoingLimits,
  ask: (signal: AbortSignal) => Promise<AnswerStream>,
): Promise<OutgoingAnswer> {
  const wrong = outgoingProblem(url, mayBePrivate);
  if (wrong) throw new OutgoingError("address", wrong);
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const response = await ask(anySignal(late, ended));
    // Some runtimes hide the status of a redirect that is not followed.
    if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400)) {
      await response.body?.cancel();
      throw new OutgoingError("redirect", "it answers with a redirect, which is not followed");
    }
    return { status: response.status, headers: response.headers, text: await textOf(response.body, maxBytes, isCut) };
  } catch (error) {
    const isKnown = error instanceof OutgoingError;
    if (isKnown && error.reason !== "unreachable") throw error;
    if (late.aborted) {
      throw new OutgoingError("timeout", `it did not answer within ${timeoutMs} ms`, { cause: error });
    }
    throw isKnown ? error : new OutgoingError("unreachable", "it cannot be reached", { cause: error });
  }
}

async function textOf(body: AnswerStream["body"], maxBytes: number, isCut: boolean): Promise<string> {
  if (!body) return "";
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let bytes = 0;
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel();
      if (isCut) return text + decoder.decode(value.subarray(0, value.byteLength - (bytes - maxBytes)));
      throw new OutgoingError("too_large", `its answer has more than ${maxBytes} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** What is wrong with an address to which the server would send requests, as the end of a sentence; undefined: nothing. */
export function outgoingProblem(address: string, mayBePrivate: PrivateHosts): string | undefined {
  const url = URL.parse(address);
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:")) return "must be an https address";
  if (url.username !== "" || url.password !== "") return "must not contain credentials";
  if (mayAsk(url, mayBePrivate)) return undefined;
  if (isPrivateHost(url.hostname)) return `must not be an address of a private network${UNLESS_NAMED}`;
  return url.protocol === "https:" ? undefined : "must be an https address";
}

/** Whether the host may be asked wherever it is. */
export function mayAsk(url: URL, mayBePrivate: PrivateHosts): boolean {
  return typeof mayBePrivate === "boolean" ? mayBePrivate : isListed(url, mayBePrivate);
}

function isListed({ protocol, hostname, port }: URL, hosts: ReadonlySet<string>): boolean {
  return hosts.has(hostname) || hosts.has(`${hostname}:${port || (protocol === "https:" ? 443 : 80)}`);
}

/**
 * Whether a host name, as `URL` writes it, is this machine or in a private network, as far as the name alone says: what a
 * public name resolves to is not known here.
 */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, "");
  if (host.startsWith("[")) return isPrivateV6(host.slice(1, -1));
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(host)) return isPrivateV4(host.split(".").map(Number));
  return isLoopback(host) || !host.includes(".") || /\.(?:localhost|local|internal|lan|home\.arpa)$/.test(host);
}

/** Whether an address, as a resolver writes it, is of a private network. */
export function isPrivateAddress(address: string): boolean {
  if (!address.includes(":")) return isPrivateHost(address);
  const host = URL.parse(`http://[${address}]/`)?.hostname;
  return host === undefined || isPrivateHost(host);
}

/** RFC 6890 and the like: whatever is not a public host. */
function isPrivateV4([a = 0, b = 0, c = 0, d = 0]: readonly number[]): boolean {
  return (
    // Each machine at Azure asks its platform there.
    (a === 168 && b === 63 && c === 129 && d === 16) ||
    a === 0 ||
    a === 10 ||
    a === 127 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && (b === 168 || (b === 0 && (c === 0 || c === 2)) || (b === 88 && c === 99))) ||
    (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) ||
    (a === 203 && b === 0 && c === 113) ||
    a >= 224
  );
}

/** Only what is assigned to public hosts (2000::/3) counts as public, and in it no form that holds an IPv4 address. */
function isPrivateV6(address: string): boolean {
  const first = Number.parseInt(address.split(":")[0] || "0", 16);
  return (first & 0xe000) !== 0x2000 || first === 0x2002 || /^2001:(?:db8|0)?:/.test(address);
}
