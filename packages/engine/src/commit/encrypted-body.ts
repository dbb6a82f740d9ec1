import { PlinthError } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { textCipher } from "../kernel/text-cipher.ts";

/** An answer that contains a secret is stored encrypted, under the id of its row. */
const answers = textCipher("idempotency answers");
/** A JSON body never starts with this. */
const MARK = "sealed:";

export async function encryptedBody(engine: Engine, id: string, body: string): Promise<string> {
  return MARK + (await answers.encrypt(engine, id, body));
}

/** A stored body as it was sent, encrypted or not. */
export async function decryptedBody(engine: Engine, id: string, body: string): Promise<string> {
  if (!body.startsWith(MARK)) return body;
  try {
    return await answers.decrypt(engine, id, body.slice(MARK.length));
  } catch (cause) {
    const message =
      "The answer to this idempotency key was encrypted with another PLINTH_SECRET and cannot be sent again. The write itself happened: look for its result, and use a new key for another.";
    throw new PlinthError("CONFLICT", message, { field: "idempotency-key" }, { cause });
  }
}
