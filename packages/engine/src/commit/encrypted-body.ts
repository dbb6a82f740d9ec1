import { deriveKey } from "@plinth/auth";
import { fromBase64Url, PlinthError, toBase64Url } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { service } from "../kernel/services.ts";

/**
 * An answer that contains a secret is stored encrypted, so that reading the table does not reveal it: AES-256-GCM with
 * its own key. The row's id is authenticated data, so the text cannot be decrypted in another row.
 */

const USE = "idempotency answers";
/** A JSON body never starts with this. */
const MARK = "sealed:";
const IV_BYTES = 12;
const encoder = new TextEncoder();

export async function encryptedBody(engine: Engine, id: string, body: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const ciphertext = await crypto.subtle.encrypt(algorithm(id, iv), await keyOf(engine), encoder.encode(body));
  return `${MARK}${toBase64Url(iv)}.${toBase64Url(new Uint8Array(ciphertext))}`;
}

/** A stored body as it was sent, encrypted or not. */
export async function decryptedBody(engine: Engine, id: string, body: string): Promise<string> {
  if (!body.startsWith(MARK)) return body;
  const [iv, ciphertext] = body.slice(MARK.length).split(".").map(fromBase64Url) as [Iv, Iv];
  try {
    return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm(id, iv), await keyOf(engine), ciphertext));
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
