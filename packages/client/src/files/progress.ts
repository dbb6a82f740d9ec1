import { isStream } from "../request.ts";
import type { SentBytes } from "./types.ts";

type Fetch = typeof globalThis.fetch;
type OnProgress = (sent: SentBytes) => void;

/**
 * A `fetch` that counts what it sends. Browsers count what `XMLHttpRequest` sends, and no other; elsewhere, and where the program
 * has its own `fetch`, the content becomes a stream that counts what is taken from it.
 */
export function countingFetch(fetch: Fetch, onProgress: OnProgress): Fetch {
  const counting = async (input: URL, init: RequestInit): Promise<Response> => {
    const { body } = init;
    if (typeof XMLHttpRequest !== "undefined" && fetch === globalThis.fetch && !isStream(body)) {
      return sendByXhr(input, init, onProgress);
    }
    const counted = countedStream(body ?? "", onProgress);
    return fetch(input, { ...init, body: counted, duplex: "half" } as RequestInit);
  };
  return counting as Fetch;
}

function countedStream(body: BodyInit, onProgress: OnProgress): ReadableStream<Uint8Array> {
  const total = sizeOf(body);
  let bytes = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      controller.enqueue(chunk);
      onProgress({ bytes, total });
    },
  });
  return new Response(body).body!.pipeThrough(counter);
}

/** Bytes; undefined of a stream. */
function sizeOf(body: BodyInit): number | undefined {
  if (typeof body === "string") return new TextEncoder().encode(body).byteLength;
  if (body instanceof Blob) return body.size;
  return isStream(body) ? undefined : (body as ArrayBuffer | ArrayBufferView).byteLength;
}

function sendByXhr(address: URL, { method, headers, body, signal, credentials }: RequestInit, onProgress: OnProgress) {
  return new Promise<Response>((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const abort = (): void => xhr.abort();
    const failed = (): void => reject(new TypeError("The request failed."));
    xhr.open(method!, address);
    xhr.withCredentials = credentials === "include";
    for (const [name, value] of Object.entries(headers as Record<string, string>)) xhr.setRequestHeader(name, value);
    xhr.upload.onprogress = ({ loaded, total, lengthComputable }) =>
      onProgress({ bytes: loaded, total: lengthComputable ? total : undefined });
    xhr.onerror = failed;
    xhr.onabort = failed;
    xhr.onloadend = () => signal?.removeEventListener("abort", abort);
    xhr.onload = () => resolve(responseOf(xhr, address));
    if (signal?.aborted) return failed();
    signal?.addEventListener("abort", abort);
    xhr.send(body as XMLHttpRequestBodyInit);
  });
}

/** A `Response` of these has no body, not even an empty one. */
const EMPTY: ReadonlySet<number> = new Set([204, 205, 304]);

/** It has followed redirects: what another address answers counts for nothing. */
function responseOf(xhr: XMLHttpRequest, address: URL): Response {
  if (xhr.responseURL !== address.href)
    return new Response(null, { status: 307, headers: { location: xhr.responseURL } });
  const lines = xhr.getAllResponseHeaders().trim().split(/\r?\n/);
  const headers = lines.map((line): [string, string] => {
    const at = line.indexOf(":");
    return [line.slice(0, at), line.slice(at + 1).trim()];
  });
  return new Response(EMPTY.has(xhr.status) ? null : xhr.responseText, { status: xhr.status, headers });
}
