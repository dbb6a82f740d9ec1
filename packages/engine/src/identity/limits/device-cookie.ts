import { cookiePrefix, type ProvenBrowser, type RememberedBrowser } from "@plinth/auth";
import { deriveKey, type SqlDriver, sameText, toBase64Url } from "@plinth/core";
import { insertDeviceQueries, isDeviceOfUser } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { service } from "../../kernel/services.ts";

/** A year, as a browser may be used rarely. */
const SECONDS = 365 * 86_400;
const ID_BYTES = 16;
const VALUE = /^([\w-]{22})\.([\w-]{43})$/;

const encoder = new TextEncoder();

const signingKey = service("key of device cookies", async ({ config }: Engine) => {
  const secret = encoder.encode(await deriveKey(config.secret, "device cookies"));
  return crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
});

/**
 * The id of a browser that has signed in to an account of the pool before. Its cookie gives no access, but the browser has
 * counts of its own, so that an attacker elsewhere does not make it wait. Only the signature is checked here, which costs no
 * read: `isDeviceOf` knows to which account, and whether the browser has been forgotten since.
 */
export async function knownDevice(engine: Engine, pool: string, cookies: string | null): Promise<string | undefined> {
  const name = nameOf(engine, pool);
  const given = (cookies ?? "").split(/;\s*/).find((one) => one.startsWith(`${name}=`));
  const [, id, signature] = VALUE.exec(given?.slice(name.length + 1) ?? "") ?? [];
  if (!id || !signature) return undefined;
  return sameText(signature, await signatureOf(engine, pool, id)) ? id : undefined;
}

/** Has a browser known from now on in which somebody has proven to be a user. Undefined: it is known. */
export async function rememberBrowser(
  engine: Engine,
  driver: SqlDriver,
  pool: string,
  { userId, cookies, isForgotten }: ProvenBrowser,
): Promise<RememberedBrowser | undefined> {
  const device = await knownDevice(engine, pool, cookies);
  if (!isForgotten && device !== undefined && (await isDeviceOfUser(driver, userId, device))) return undefined;
  const id = toBase64Url(crypto.getRandomValues(new Uint8Array(ID_BYTES)));
  return {
    queries: await insertDeviceQueries(driver, { userId, secret: id, now: engine.clock.now() }),
    cookie: { name: nameOf(engine, pool), value: `${id}.${await signatureOf(engine, pool, id)}`, seconds: SECONDS },
  };
}

function nameOf({ config }: Engine, pool: string): string {
  return `${cookiePrefix(config, pool)}.device`;
}

async function signatureOf(engine: Engine, pool: string, id: string): Promise<string> {
  const input = encoder.encode(JSON.stringify([pool, id]));
  return toBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", await signingKey(engine), input)));
}
