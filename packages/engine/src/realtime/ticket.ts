import { deriveKey } from "@plinth/auth";
import { fromBase64Url, PlinthError, type Principal, type SqlDriver, toBase64Url } from "@plinth/core";
import { findKeyById } from "@plinth/db";
import { keyPrincipal } from "../identity/key-identity.ts";
import type { Engine } from "../kernel/engine.ts";
import { service } from "../kernel/services.ts";
import { type Credential, currentUsers, type Grant, inGrantedWorkspace, validCredentials } from "./grant.ts";

/**
 * For requests that cannot carry a header, such as `EventSource` from another origin. A ticket can only open streams.
 */
const LIFE_MS = 60_000;
/** With the claims of a token by another issuer. */
const MAX_CHARS = 16_000;
const USE = "realtime tickets";

interface Content {
  /** The credential that the ticket was issued for, without the secret: the kind's first letter and the id. */
  c: string;
  /** Of a token by another issuer: the user, who is not in the database. */
  p?: Principal;
  w: string;
  e: number;
}

export async function makeTicket(engine: Engine, grant: Grant): Promise<{ ticket: string; expires_at: string }> {
  const { credential, principal } = grant;
  if (credential.kind === "none") throw new PlinthError("UNAUTHORIZED");
  const expires = engine.clock.now() + LIFE_MS;
  const content: Content = {
    c: `${credential.kind[0]}${credential.id}`,
    w: principal.workspaceId,
    e: expires,
    ...(credential.kind === "issuer" && { p: principal }),
  };
  const body = toBase64Url(new TextEncoder().encode(JSON.stringify(content)));
  const signature = await crypto.subtle.sign("HMAC", await signingKey(engine), new TextEncoder().encode(body));
  return {
    ticket: `${body}.${toBase64Url(new Uint8Array(signature))}`,
    expires_at: new Date(expires).toISOString(),
  };
}

/** The principal of a ticket. The ticket's credential must still be valid. */
export async function redeemTicket(engine: Engine, driver: SqlDriver, ticket: string): Promise<Grant> {
  const refusal = new PlinthError("INVALID_TOKEN", "The ticket is invalid or expired; ask for a new one.", {
    field: "ticket",
  });
  const content = await open(engine, ticket);
  const now = engine.clock.now();
  // One from far ahead was made before the clock was set back.
  if (!content || content.e <= now || content.e > now + 2 * LIFE_MS) throw refusal;
  const credential = credentialIn(content);
  const principal = await holderOf(engine, driver, credential, content);
  const granted = principal && inGrantedWorkspace(principal, content.w);
  if (!granted) throw refusal;
  return { principal: granted, credential };
}

function credentialIn({ c, p }: Content): Exclude<Credential, { kind: "none" }> {
  const id = c.slice(1);
  if (p?.issuer) return { kind: "issuer", ...p.issuer };
  return { kind: c[0] === "k" ? "key" : "session", id };
}

async function holderOf(
  engine: Engine,
  driver: SqlDriver,
  credential: Exclude<Credential, { kind: "none" }>,
  { p }: Content,
): Promise<Principal | undefined> {
  const { kind, id } = credential;
  if (kind === "session") return (await currentUsers(engine, driver, [id])).get(id);
  if (!(await validCredentials(driver, [credential], engine.clock.now())).has(id)) return undefined;
  if (kind === "issuer") return p;
  const row = await findKeyById(driver, id);
  return row && keyPrincipal(row);
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
