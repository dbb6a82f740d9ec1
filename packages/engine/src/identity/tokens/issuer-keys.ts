import { algorithmOf, type Jwk, type TokenKey, tokenCrypto, type UnverifiedJwt } from "@plinth/auth";
import { askPublic, elapsed, isObject, type Json, OutgoingError, PlinthError } from "@plinth/core";
import type { TrustedIssuerRow } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { Lru } from "../../kernel/lru.ts";
import { service } from "../../kernel/services.ts";

const FRESH_MS = 10 * 60_000;
/** A token with an unknown key asks for the keys again, but not more often than this. */
const AGAIN_MS = 30_000;
/** Keys that were fetched count for so long when their server does not answer. */
const STALE_MS = 24 * 3_600_000;
const LIMITS = { timeoutMs: 5000, maxBytes: 256 * 1024 };
const MAX_KEYS = 100;
const MAX_SETS = 500;

/** A public key, read when a token first needs it. */
interface IssuerKey {
  readonly jwk: Jwk;
  readonly alg: string;
  key?: Promise<TokenKey | null>;
}

interface FetchedKeys {
  readonly keys: readonly IssuerKey[];
  readonly fetchedAt: number;
  readonly triedAt: number;
  /** They are being fetched for the first time, or again. */
  readonly pending?: Promise<readonly IssuerKey[]>;
}

const fetchedKeys = service("keys of trusted issuers", (_: Engine) => new Lru<string, FetchedKeys>(MAX_SETS));
const storedKeys = new WeakMap<TrustedIssuerRow, readonly IssuerKey[]>();

/**
 * The issuer's key for a token. Null: it has none. The algorithm is the key's; a token with another one has no key.
 * `share`: requests may wait for what another one fetches.
 */
export async function issuerKey(
  engine: Engine,
  issuer: TrustedIssuerRow,
  { alg, kid }: UnverifiedJwt["header"],
  share: boolean,
): Promise<TokenKey | null> {
  for (const again of [false, true]) {
    const keys = issuer.jwksUrl === null ? keysIn(issuer) : await keysAt(engine, issuer.jwksUrl, { again, share });
    const found = kid === undefined ? onlyOne(keys) : keys.find(({ jwk }) => jwk.kid === kid);
    if (found) return found.alg === alg ? imported(found) : null;
    if (issuer.jwksUrl === null) break;
  }
  return null;
}

/** Without a `kid`, it must be clear which key is meant. */
function onlyOne(keys: readonly IssuerKey[]): IssuerKey | undefined {
  return keys.length === 1 ? keys[0] : undefined;
}

function keysIn(issuer: TrustedIssuerRow): readonly IssuerKey[] {
  let keys = storedKeys.get(issuer);
  if (!keys) {
    keys = usableKeys(JSON.parse(issuer.keys!) as Json);
    storedKeys.set(issuer, keys);
  }
  return keys;
}

async function keysAt(engine: Engine, url: string, { again, share }: { again: boolean; share: boolean }) {
  const cache = fetchedKeys(engine);
  const known = cache.get(url);
  const now = engine.clock.now();
  const usable = known && elapsed(now, known.fetchedAt) <= STALE_MS;
  if (known && elapsed(now, known.triedAt) < (again || !usable ? AGAIN_MS : FRESH_MS)) {
    if (usable) return known.keys;
    if (!known.pending || !share) throw unreadable();
    return known.pending;
  }
  const pending = read(engine, url).then(
    (keys) => {
      cache.set(url, { keys, fetchedAt: now, triedAt: now });
      return keys;
    },
    (error: Error) => {
      engine.log.warn("the keys of a trusted issuer cannot be read", { url, reason: error.message });
      cache.set(url, {
        keys: known?.keys ?? [],
        fetchedAt: known?.fetchedAt ?? Number.NEGATIVE_INFINITY,
        triedAt: now,
      });
      if (usable) return known.keys;
      throw unreadable(error);
    },
  );
  // A request that comes meanwhile takes the keys of before, or waits.
  cache.set(url, { ...(known ?? { keys: [], fetchedAt: Number.NEGATIVE_INFINITY }), triedAt: now, pending });
  return pending;
}

async function read(engine: Engine, url: string): Promise<IssuerKey[]> {
  const { publicFetch, config } = engine;
  const limits = { ...LIMITS, mayBePrivate: config.privateAddresses, publicFetch };
  const answer = await askPublic(url, { headers: { accept: "application/json" } }, limits);
  if (answer.status !== 200) throw new OutgoingError("unreachable", `it answers ${answer.status}`);
  return usableKeys(JSON.parse(answer.text) as Json);
}

function unreadable(cause?: unknown): PlinthError {
  const message = "The keys of this token's issuer cannot be read; try again later.";
  return new PlinthError("UNAVAILABLE", message, undefined, { cause });
}

/** The keys of a set that can verify a token. */
function usableKeys(set: Json): IssuerKey[] {
  const keys = isObject(set) && Array.isArray(set.keys) ? set.keys : [];
  return keys.slice(0, MAX_KEYS).flatMap((jwk) => {
    const alg = isJwk(jwk) ? algorithmOf(jwk) : undefined;
    return alg === undefined ? [] : [{ jwk: jwk as Jwk, alg }];
  });
}

/** The set in which a key stands that an administrator has sent; null: none that can verify a token. */
export async function keySetOf(given: string | Json): Promise<{ keys: Jwk[] } | null> {
  const value = typeof given === "string" ? await (await tokenCrypto()).publicJwkOf(given) : given;
  const set =
    isObject(value ?? undefined) && Array.isArray((value as { keys?: Json }).keys) ? value : { keys: [value] };
  const keys = usableKeys(set as Json);
  const read = await Promise.all(keys.map((key) => imported(key)));
  if (keys.length === 0 || read.includes(null)) return null;
  return { keys: keys.map(({ jwk }) => jwk) };
}

function isJwk(value: Json): value is Jwk {
  // A private key has no place here.
  return isObject(value) && typeof value.kty === "string" && !Object.hasOwn(value, "d");
}

function imported(key: IssuerKey): Promise<TokenKey | null> {
  const { jwk, alg } = key;
  key.key ??= tokenCrypto()
    .then((crypto) => crypto.import(jwk, alg))
    .then((read) => ({ alg, kid: typeof jwk.kid === "string" ? jwk.kid : "", key: read }))
    .catch(() => null);
  return key.key;
}
