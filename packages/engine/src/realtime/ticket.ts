import {
  deriveKey,
  fromBase64Url,
  type Json,
  PlinthError,
  type Principal,
  type SqlDriver,
  toBase64Url,
} from "@plinth/core";
import { HOOK_CLAIM } from "../identity/claim-names.ts";
import { requireAddress } from "../identity/key-conditions.ts";
import type { Engine } from "../kernel/engine.ts";
import { service } from "../kernel/services.ts";
import { credentialKey, type Grant, type Holding, inGrantedWorkspace } from "./grant.ts";
import { holderOf } from "./holder.ts";

/**
 * For requests that cannot carry a header, such as `EventSource` from another origin. A ticket can only open streams.
 */
const LIFE_MS = 60_000;
/** With the claims of a token by another issuer. */
const MAX_CHARS = 16_000;
const USE = "realtime tickets";

interface Content {
  /** The credential that the ticket was issued for, without the secret: the kind's first letter and its `credentialKey`. */
  c: string;
  /** Of a token by another issuer: the user, who is not in the database. */
  p?: Principal;
  /** What a program has said of the user of an access token. */
  h?: Json;
  w: string;
  e: number;
}

export async function makeTicket(engine: Engine, grant: Grant): Promise<{ ticket: string; expires_at: string }> {
  const { credential, principal } = grant;
  const custom = principal.claims?.[HOOK_CLAIM];
  if (credential.kind === "none") throw new PlinthError("UNAUTHORIZED");
  const expires = engine.clock.now() + LIFE_MS;
  const content: Content = {
    c: `${credential.kind[0]}${credentialKey(credential)}`,
    w: principal.workspaceId,
    e: expires,
    ...(credential.kind === "issuer" && { p: principal }),
    ...(credential.kind === "session" && custom !== undefined && { h: custom }),
  };
  const body = toBase64Url(new TextEncoder().encode(JSON.stringify(content)));
  const signature = await crypto.subtle.sign("HMAC", await signingKey(engine), new TextEncoder().encode(body));
  return {
    ticket: `${body}.${toBase64Url(new Uint8Array(signature))}`,
    expires_at: new Date(expires).toISOString(),
  };
}

/** The principal of a ticket. The ticket's credential must still be valid. */
export async function redeemTicket(
  engine: Engine,
  driver: SqlDriver,
  ticket: string,
  address: string | undefined,
): Promise<Grant> {
  const refusal = new PlinthError("INVALID_TOKEN", "The ticket is invalid or expired; ask for a new one.", {
    field: "ticket",
  });
  const content = await open(engine, ticket);
  const now = engine.clock.now();
  // One from far ahead was made before the clock was set back.
  if (!content || content.e <= now || content.e > now + 2 * LIFE_MS) throw refusal;
  const credential = credentialIn(content);
  const principal = await holderOf(engine, driver, {
    credential,
    issued: content.p,
    custom: content.h,
    conditions: (of) => requireAddress(of, address),
  });
  const granted = principal && inGrantedWorkspace(principal, content.w);
  if (!granted) throw refusal;
  return { principal: granted, credential };
}

function credentialIn({ c, p }: Content): Holding {
  if (p?.issuer) return { kind: "issuer", ...p.issuer };
  const [id = "", version] = c.slice(1).split(".");
  return c[0] === "k" ? { kind: "key", id, version: Number(version) } : { kind: "session", id };
}

async function open(engine: Engine, ticket: string): Promise<Content | undefined> {
  const [body, signature] = ticket.split(".");
  if (!body || !signature || ticket.length > MAX_CHARS) return undefined;
  try {
    const bytes = fromBase64Url(signature);
    const right = await crypto.subtle.verify("HMAC", await signingKey(engine), bytes, new TextEncoder().encode(body));
    return right ? (JSON.parse(new TextDecoder().decode(fromBase64Url(body))) as Content) : undefined;
  } catch {
    return undefined;
  }
}

const signingKey = service("key of realtime tickets", async ({ config }: Engine) => {
  const secret = await deriveKey(config.secret, USE);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return crypto.subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, ["sign", "verify"]);
});
