import { cookiePrefix, type ProvenBrowser, type RememberedBrowser } from "@plinth/auth";
import { deriveKey, type SqlDriver, sameText, toBase64Url } from "@plinth/core";
import { findDeviceOfUser, insertDeviceQueries } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { service } from "../../kernel/services.ts";

/** A year, as a browser may be used rarely. */
const SECONDS = 365 * 86_400;
const ID_BYTES = 16;
/** How many accounts know one browser: several people use it, or one with several accounts. */
const MOST = 5;
const SEPARATOR = "~";
const ENTRY = /^([\w-]{22})\.([\w-]{43})$/;

const encoder = new TextEncoder();

const signingKey = service("key of device cookies", async ({ config }: Engine) => {
  const secret = encoder.encode(await deriveKey(config.secret, "device cookies"));
  return crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
});

/**
 * The ids of a browser that has signed in to accounts of the pool before: one for each account, the newest first. Its cookie
 * gives no access, but the browser has counts of its own, so that an attacker elsewhere does not make it wait. Only the
 * signatures are checked here, which costs no read: `findDeviceOf` knows which is the account's, unless it has been forgotten since.
 */
export async function knownDevices(engine: Engine, pool: string, cookies: string | null): Promise<string[]> {
  const name = nameOf(engine, pool);
  const given = (cookies ?? "").split(/;\s*/).find((one) => one.startsWith(`${name}=`));
  const entries = (given?.slice(name.length + 1) ?? "").split(SEPARATOR, MOST);
  const ids = entries.map(async (entry) => {
    const [, id, signature] = ENTRY.exec(entry) ?? [];
    return id && signature && sameText(signature, await signatureOf(engine, pool, id)) ? [id] : [];
  });
  return (await Promise.all(ids)).flat();
}

/** Has a browser known from now on in which somebody has proven to be a user. Undefined: it is known. */
export async function rememberBrowser(
  engine: Engine,
  driver: SqlDriver,
  pool: string,
  { userId, cookies, isForgotten }: ProvenBrowser,
): Promise<RememberedBrowser | undefined> {
  const known = await knownDevices(engine, pool, cookies);
  const own = await findDeviceOfUser(driver, userId, known);
  if (own !== undefined && !isForgotten) return undefined;
  // A new one for each account: whoever has put an own cookie into the browser does not share its counts.
  const id = toBase64Url(crypto.getRandomValues(new Uint8Array(ID_BYTES)));
  const ids = [id, ...known.filter((one) => one !== own)].slice(0, MOST);
  const entries = await Promise.all(ids.map(async (one) => `${one}.${await signatureOf(engine, pool, one)}`));
  return {
    queries: await insertDeviceQueries(driver, { userId, secret: id, now: engine.clock.now() }),
    cookie: { name: nameOf(engine, pool), value: entries.join(SEPARATOR), seconds: SECONDS },
  };
}

function nameOf({ config }: Engine, pool: string): string {
  return `${cookiePrefix(config, pool)}.device`;
}

async function signatureOf(engine: Engine, pool: string, id: string): Promise<string> {
  const input = encoder.encode(JSON.stringify([pool, id]));
  return toBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", await signingKey(engine), input)));
}
