import { cookiePrefix } from "@plinth/auth";
import { deriveKey, isSecure, type SqlDriver, sameText, toBase64Url } from "@plinth/core";
import { insertDeviceQueries, isDeviceOf } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { service } from "../../kernel/services.ts";

/** A year, as a browser may be used rarely. */
const SECONDS = 365 * 86_400;
const ID_BYTES = 16;
const VALUE = /^([\w-]{22})\.([\w-]{43})$/;

const encoder = new TextEncoder();

/** Whose device: of an account in its pool. */
export interface DeviceOwner {
  readonly workspaceId: string;
  /** In lower case. */
  readonly email: string;
}

const signingKey = service("key of device cookies", async ({ config }: Engine) => {
  const secret = encoder.encode(await deriveKey(config.secret, "device cookies"));
  return crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
});

/**
 * The id of a browser that has signed in to the account before: it says so by a cookie that opens nothing, but has
 * attempts of its own. An attacker elsewhere does not make it wait. Only the signature is looked at here, which
 * costs no read: `isDeviceOf` knows whether the browser has been forgotten since.
 */
export async function knownDevice(engine: Engine, headers: Headers, account: DeviceOwner): Promise<string | undefined> {
  const name = nameOf(engine, account);
  const given = (headers.get("cookie") ?? "").split(/;\s*/).find((one) => one.startsWith(`${name}=`));
  const [, id, signature] = VALUE.exec(given?.slice(name.length + 1) ?? "") ?? [];
  if (!id || !signature) return undefined;
  return sameText(signature, await signatureOf(engine, account, id)) ? id : undefined;
}

/** An answer with a session lets its browser be known, unless it is. One that asks for a second factor does not. */
export async function withDeviceCookie(
  engine: Engine,
  driver: SqlDriver,
  answer: Response,
  { device, ...account }: DeviceOwner & { readonly device: string | undefined },
): Promise<Response> {
  if (!answer.headers.has("set-auth-token")) return answer;
  if (device !== undefined && (await isDeviceOf(driver, account, device))) return answer;
  const id = toBase64Url(crypto.getRandomValues(new Uint8Array(ID_BYTES)));
  await driver.batch(await insertDeviceQueries(driver, account, { secret: id, now: engine.clock.now() }));
  const parts = [
    `${nameOf(engine, account)}=${id}.${await signatureOf(engine, account, id)}`,
    `Max-Age=${SECONDS}`,
    "Path=/",
    "HttpOnly",
    "SameSite=Lax",
    ...(isSecure(engine.config) ? ["Secure"] : []),
  ];
  const headers = new Headers(answer.headers);
  headers.append("set-cookie", parts.join("; "));
  return new Response(answer.body, { status: answer.status, headers });
}

function nameOf({ config }: Engine, { workspaceId }: DeviceOwner): string {
  return `${cookiePrefix(config, workspaceId)}.device`;
}

async function signatureOf(engine: Engine, { workspaceId, email }: DeviceOwner, id: string): Promise<string> {
  const input = encoder.encode(JSON.stringify([workspaceId, email, id]));
  return toBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", await signingKey(engine), input)));
}
