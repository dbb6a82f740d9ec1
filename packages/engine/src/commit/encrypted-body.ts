import { deriveKey } from "@plinth/auth";
import { fromBase64Url, PlinthError, toBase64Url } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { service } from "../kernel/services.ts";

/**
 * An answer that holds a secret is kept encrypted, so that whoever reads the table learns nothing: AES-256-GCM under a
 * key of its own. The id of its row is authenticated with it, so that it opens in no other one.
 */

const USE = "idempotency answers";
/** Bodies are JSON, which begins otherwise. */
const MARK = "sealed:";
const IV_BYTES = 12;
const encoder = new TextEncoder();

export async function encryptedBody(engine: Engine, id: string, body: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = await crypto.subtle.encrypt(algorithm(id, iv), await keyOf(engine), encoder.encode(body));
  return `${MARK}${toBase64Url(iv)}.${toBase64Url(new Uint8Array(sealed))}`;
}

/** A stored body as it was sent, encrypted or not. */
export async function decryptedBody(engine: Engine, id: string, body: string): Promise<string> {
  if (!body.startsWith(MARK)) return body;
  const [iv, sealed] = body.slice(MARK.length).split(".").map(fromBase64Url) as [Iv, Iv];
  try {
    return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm(id, iv), await keyOf(engine), sealed));
  } catch (cause) {
    const message =
      "The answer to this idempotency key was encrypted with another PLINTH_SECRET and cannot be sent again. The write itself happened: look for its result, and use a new key for another.";
    throw new PlinthError("CONFLICT", message, { field: "idempotency-key" }, { cause });
  }
}

type Iv = Uint8Array<ArrayBuffer>;

function algorithm(id: string, iv: Iv): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: encoder.encode(id) };
}

const keyOf = service("key of encrypted answers", async ({ config }: Engine) => {
  const secret = await deriveKey(config.secret, USE);
  return crypto.subtle.importKey("raw", fromBase64Url(secret), "AES-GCM", false, ["encrypt", "decrypt"]);
});
