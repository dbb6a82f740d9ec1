import { OutgoingError, outgoingWords, PlinthError, postBounded } from "@plinth/core";
import type { Engine } from "../../../kernel/engine.ts";
import type { DeliveryTry } from "../deliveries/delivery-try.ts";
import type { WebhookRow } from "../repository.ts";
import { settingsIn } from "../settings.ts";
import { ownHeaders, signedHeaders } from "../signing.ts";
import { type PlainMessage, renderMessage, TemplateFailure } from "../template/render.ts";

/** How long a receiver may take. */
export const TIMEOUT_MS = 10_000;
/** What is kept of an answer. */
const ANSWER_BYTES = 1024;

export interface DeliveryAttempt {
  readonly made: DeliveryTry;
  /** Milliseconds that the receiver asks for. */
  readonly retryAfterMs?: number | undefined;
  /** Nothing was sent, and nothing would be by another attempt. */
  readonly isFinal?: true;
}

/** Sends a message once. Every answer is one, and so is none. */
export async function attemptDelivery(
  engine: Engine,
  webhook: WebhookRow,
  message: PlainMessage,
): Promise<DeliveryAttempt> {
  const { clock, config, publicFetch } = engine;
  const at = clock.now();
  const began = performance.now();
  const tried = (result: Pick<DeliveryTry, "status" | "error" | "answer">): DeliveryTry => ({
    at: new Date(at).toISOString(),
    ...result,
    duration_ms: Math.round(performance.now() - began),
  });
  try {
    const { template } = settingsIn(webhook);
    const content = await renderMessage(engine, { template, headers: await ownHeaders(engine, webhook) }, message);
    const headers = await signedHeaders(engine, webhook, { id: message.id, ...content });
    const limits = { timeoutMs: TIMEOUT_MS, maxBytes: ANSWER_BYTES, isCut: true };
    const sent = { headers, body: content.body };
    const mayBePrivate = config.privateAddresses;
    const {
      status,
      headers: answered,
      text,
    } = await postBounded(webhook.url, sent, {
      ...limits,
      mayBePrivate,
      publicFetch,
    });
    const error = status >= 200 && status < 300 ? null : `status ${status}`;
    // Some databases take no zero in a text.
    return {
      made: tried({ status, error, answer: text.replaceAll("\0", "") }),
      retryAfterMs: secondsIn(answered.get("retry-after")),
    };
  } catch (error) {
    const failed = (reason: string) => ({ made: tried({ status: null, error: reason, answer: null }) });
    return error instanceof TemplateFailure ? { ...failed(error.message), isFinal: true } : failed(problemIn(error));
  }
}

/** Throws what is no reason why there is no answer. */
function problemIn(error: unknown): string {
  if (error instanceof OutgoingError) return `${error.reason}: ${outgoingWords(error)}`;
  // Its headers were encrypted with another secret.
  if (error instanceof PlinthError) return error.message;
  throw error;
}

function secondsIn(header: string | null): number | undefined {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}
