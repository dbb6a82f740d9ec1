import { deriveKey, sameText, toBase64Url } from "@plinth/core";
import type { Engine } from "../../../kernel/engine.ts";
import { Lru } from "../../../kernel/lru.ts";
import { service } from "../../../kernel/services.ts";

/** A text that is bound by a signature, or a list of such texts. Null: there is none. */
export type Signed = string | null | readonly Signed[];

const KEYS = 1000;
const encoder = new TextEncoder();

const keysOf = service("keys of file URLs", (_: Engine) => new Lru<string, Promise<CryptoKey>>(KEYS));

/** HMAC-SHA-256 as base64url, with a key that each workspace has for this use alone. */
export async function urlSignature(engine: Engine, workspaceId: string, content: readonly Signed[]): Promise<string> {
  const key = await keyOf(engine, workspaceId);
  return toBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(JSON.stringify(content)))));
}

/** Takes equal time wherever the signatures differ. */
export async function isUrlSignature(
  engine: Engine,
  workspaceId: string,
  content: readonly Signed[],
  signature: string,
): Promise<boolean> {
  return sameText(await urlSignature(engine, workspaceId, content), signature);
}

function keyOf(engine: Engine, workspaceId: string): Promise<CryptoKey> {
  const keys = keysOf(engine);
  const known = keys.get(workspaceId);
  if (known) return known;
  const made = importKey(engine, workspaceId);
  keys.set(workspaceId, made);
  return made;
}

async function importKey({ config }: Engine, workspaceId: string): Promise<CryptoKey> {
  const secret = encoder.encode(await deriveKey(config.secret, `file URLs:${workspaceId}`));
  return crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}
