import { deriveKey, fromBase64Url, PlinthError, toBase64Url } from "@plinth/core";
import type { Engine } from "./engine.ts";
import { service } from "./services.ts";

/** Encrypts texts of one use, so that reading the table that stores them does not reveal them. */
export interface TextCipher {
  /** `id` is authenticated data: the result cannot be decrypted in another row. */
  encrypt(engine: Engine, id: string, text: string): Promise<string>;
  /** Throws `UNAVAILABLE`, and says so, for a text that was encrypted with another `PLINTH_SECRET`, or for another row. */
  decrypt(engine: Engine, id: string, text: string): Promise<string>;
}

type Iv = Uint8Array<ArrayBuffer>;

const IV_BYTES = 12;
const encoder = new TextEncoder();

/** AES-256-GCM with a key that is derived for this use alone. `use` names the texts, as in "signing keys". */
export function textCipher(use: string): TextCipher {
  const keyOf = service(`key of ${use}`, async ({ config }: Engine) => {
    const secret = await deriveKey(config.secret, use);
    return crypto.subtle.importKey("raw", fromBase64Url(secret), "AES-GCM", false, ["encrypt", "decrypt"]);
  });
  return {
    async encrypt(engine, id, text) {
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
      const ciphertext = await crypto.subtle.encrypt(algorithm(id, iv), await keyOf(engine), encoder.encode(text));
      return `${toBase64Url(iv)}.${toBase64Url(new Uint8Array(ciphertext))}`;
    },
    async decrypt(engine, id, text) {
      const key = await keyOf(engine);
      try {
        const [iv, ciphertext] = text.split(".").map(fromBase64Url) as [Iv, Iv];
        return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm(id, iv), key, ciphertext));
      } catch (cause) {
        const message = `This server cannot read its ${use}: they were encrypted with another PLINTH_SECRET.`;
        throw new PlinthError("UNAVAILABLE", message, undefined, { cause });
      }
    },
  };
}

function algorithm(id: string, iv: Iv): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: encoder.encode(id) };
}
