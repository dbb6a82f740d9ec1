import { toHex } from "@plinth/core";
import type { RequestContext } from "./engine.ts";

/**
 * Where work belongs in a trace.
 *
 * @see https://www.w3.org/TR/trace-context/
 */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits: the span that what follows is a part of. */
  readonly spanId: string;
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-|$)/;
const ZEROS = /^0+$/;
/** The version that has no further parts, and that no header names otherwise. */
const INVALID_VERSION = "ff";
const MAX_HEADER = 100;

/** What a `traceparent` header says. Undefined: nothing that can be used. */
export function parseTraceparent(header: string | null | undefined): TraceContext | undefined {
  if (!header || header.length > MAX_HEADER || header.startsWith(INVALID_VERSION)) return undefined;
  const [, traceId, spanId] = TRACEPARENT.exec(header) ?? [];
  if (traceId === undefined || spanId === undefined || ZEROS.test(traceId) || ZEROS.test(spanId)) return undefined;
  return { traceId, spanId };
}

/** The header that hands a trace on; sampled, because every run is stored. */
export function traceparentOf({ traceId, spanId }: TraceContext): string {
  return `00-${traceId}-${spanId}-01`;
}

/** The trace of a request: that of its caller, or else one that follows from the request's id. */
export function traceOf({ trace, client, requestId }: RequestContext): TraceContext | undefined {
  return trace ?? parseTraceparent(client?.traceparent) ?? traceOfRequest(requestId);
}

/** Requests have UUIDs. */
export function traceOfRequest(requestId: string | null | undefined): TraceContext | undefined {
  const traceId = requestId?.replaceAll("-", "").toLowerCase();
  if (!traceId || !/^[0-9a-f]{32}$/.test(traceId) || ZEROS.test(traceId)) return undefined;
  return { traceId, spanId: spanIdIn(traceId) };
}

/** What a job is a part of: the trace of what has caused it, or else one that follows from its id. */
export function traceOfJob({ id, traceparent }: { readonly id: string; readonly traceparent: string | null }): {
  readonly traceId: string;
  readonly spanId: string | null;
} {
  return parseTraceparent(traceparent) ?? { traceId: id.replaceAll("-", ""), spanId: null };
}

export function newTraceId(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(16)));
}

export function newSpanId(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(8)));
}

/** The second half of a UUID, which is random but for two bits. */
export function spanIdIn(uuid: string): string {
  return uuid.replaceAll("-", "").slice(16).toLowerCase();
}
