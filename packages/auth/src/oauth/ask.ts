import { fetchBounded } from "@plinth/core";
import type { IdentityProvider } from "./identity-provider.ts";

const TIMEOUT_MS = 5000;
const MAX_BYTES = 256 * 1024;

/** A provider that cannot be used now. The message is for the log, and holds no secret. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
}

type Init = Pick<RequestInit, "method" | "headers" | "body">;

/** A JSON object or list from a provider, whatever the status. */
export async function askJson(
  { mayBePrivate }: Pick<IdentityProvider, "mayBePrivate">,
  url: string,
  init: Init = {},
): Promise<{ ok: boolean; status: number; body: object }> {
  const limits = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, mayBePrivate };
  const { status, text } = await fetchBounded(url, init, limits).catch((cause: unknown) => {
    throw new ProviderError(`${url}: ${cause instanceof Error ? cause.message : "no answer"}`, { cause });
  });
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new ProviderError(`${url} answers ${status} with no JSON`);
  }
  if (typeof body !== "object" || body === null) throw new ProviderError(`${url} answers with no JSON object`);
  return { ok: status >= 200 && status < 300, status, body };
}

/** The same, and the status must be one of success. */
export async function requireJson(...asked: Parameters<typeof askJson>): Promise<object> {
  const { ok, status, body } = await askJson(...asked);
  if (ok) return body;
  const { error } = body as { error?: unknown };
  throw new ProviderError(`${asked[1]} answers ${status}${codeIn(error)}`);
}

/** An OAuth error code, if it looks like one: other texts may be anything. */
export function codeIn(error: unknown): string {
  return typeof error === "string" && /^[a-z_]{1,60}$/.test(error) ? ` (${error})` : "";
}
