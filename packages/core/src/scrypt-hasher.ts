import { fromBase64Url, sameText, toBase64Url } from "./bytes.ts";
import type { PasswordHasher } from "./ports/password-hasher.ts";

/** What a hash takes: 2^ln × r × p in time, and 2^ln × r × 128 bytes of memory. */
export interface ScryptCost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** The key of a password (RFC 7914), as the host computes it. A salt in text is taken as UTF-8. */
export type DeriveKey = (
  password: string,
  salt: string | Uint8Array<ArrayBuffer>,
  cost: ScryptCost,
  bytes: number,
) => Promise<Uint8Array>;

/** For hosts that count a request's processor time, and for those that hash in JavaScript. */
export const MODEST_COST: ScryptCost = { ln: 14, r: 16, p: 1 };
/** For servers with cores of their own: as OWASP advises. The memory is the same, the time three times as long. */
export const SERVER_COST: ScryptCost = { ln: 15, r: 8, p: 3 };

const SALT_BYTES = 16;
const KEY_BYTES = 64;
/** Beyond it a stored hash is damaged or forged, and would only take time and memory. */
const MOST_BYTES = 2 ** 28;
const MOST_ROUNDS = 16;

interface StoredHash {
  readonly cost: ScryptCost;
  readonly salt: string | Uint8Array<ArrayBuffer>;
  /** In base64url. */
  readonly key: string;
}

/**
 * Hashes of this cost, and checks those of any other: a database may move between hosts, or belong to several. A wrong
 * password takes the time of the most expensive hash that was seen, so that neither an account's absence nor the age of
 * its hash can be measured.
 */
export function scryptHasher(own: ScryptCost, derive: DeriveKey): PasswordHasher {
  let highest = own;
  const derived = async (password: string, { cost, salt }: Omit<StoredHash, "key">) =>
    toBase64Url(await derive(password.normalize("NFKC"), salt, cost, KEY_BYTES));
  const fillUp = async (password: string, done: number): Promise<void> => {
    const { ln, r } = highest;
    const p = Math.round((workOf(highest) - done) / workOf({ ln, r, p: 1 }));
    if (p > 0) await derived(password, { cost: { ln, r, p }, salt: "" });
  };
  return {
    async hash(password) {
      const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
      const key = await derived(password, { cost: own, salt });
      await fillUp(password, workOf(own));
      return textOf({ cost: own, salt, key });
    },
    async verify({ hash, password }) {
      const stored = storedHash(hash);
      const work = stored ? workOf(stored.cost) : 0;
      if (stored && work > workOf(highest)) highest = stored.cost;
      if (stored && sameText(await derived(password, stored), stored.key)) return true;
      await fillUp(password, work);
      return false;
    },
    isWeaker(hash) {
      const stored = storedHash(hash);
      return stored !== undefined && workOf(stored.cost) < workOf(own);
    },
  };
}

function workOf({ ln, r, p }: ScryptCost): number {
  return 2 ** ln * r * p;
}

/** The form of PHC strings, in base64 without padding. */
function textOf({ cost: { ln, r, p }, salt, key }: StoredHash & { readonly salt: Uint8Array }): string {
  return `$scrypt$ln=${ln},r=${r},p=${p}$${toPlain(toBase64Url(salt))}$${toPlain(key)}`;
}

const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{86})$/;
/** As better-auth writes them. The salt is the text itself, not the bytes that it stands for. */
const HEX = /^([0-9a-f]{32}):([0-9a-f]{128})$/;

function storedHash(text: string): StoredHash | undefined {
  const hex = HEX.exec(text);
  if (hex) return { cost: MODEST_COST, salt: hex[1]!, key: toBase64Url(bytesOf(hex[2]!)) };
  const found = PHC.exec(text);
  if (!found) return undefined;
  const [ln, r, p] = found.slice(1, 4).map(Number) as [number, number, number];
  const cost = { ln, r, p };
  const bytes = 128 * 2 ** ln * r;
  if (ln < 1 || r < 1 || p < 1 || bytes > MOST_BYTES || p > MOST_ROUNDS) return undefined;
  return { cost, salt: fromBase64Url(found[4]!), key: toBase64Url(fromBase64Url(found[5]!)) };
}

function toPlain(base64Url: string): string {
  return base64Url.replaceAll("-", "+").replaceAll("_", "/");
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}
