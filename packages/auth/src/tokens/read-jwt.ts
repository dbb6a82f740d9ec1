import { fromBase64Url, isObject, type Json, type JsonObject, parseConverted, toBase64Url } from "@plinth/core";

/** No token of a usual provider is longer, and servers take headers of 16 KB at most. */
export const MAX_TOKEN_CHARS = 8192;

/** A JWT that nothing has vouched for yet. */
export interface UnverifiedJwt {
  readonly header: { readonly alg: string; readonly kid?: string };
  readonly claims: JsonObject;
}

const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Whether a bearer token has the form of a JWT. A session's token has one dot only. */
export function looksLikeJwt(text: string): boolean {
  const dot = text.indexOf(".");
  return dot >= 0 && text.includes(".", dot + 1);
}

/**
 * The parts of a signed JWT in compact form. Null where two readers could understand it differently, where a character was
 * altered that stands for nothing, or where its header asks for something that is not done here: extensions (`crit`), other types, no signature.
 */
export function readJwt(text: string): UnverifiedJwt | null {
  if (text.length > MAX_TOKEN_CHARS || !COMPACT.test(text)) return null;
  const parts = text.split(".") as [string, string, string];
  if (!parts.every(isCanonical)) return null;
  const [first, second] = parts;
  const header = objectIn(first);
  const claims = objectIn(second);
  if (!header || !claims) return null;
  const { alg, kid, typ } = header;
  if (typeof alg !== "string" || (kid !== undefined && typeof kid !== "string")) return null;
  if (Object.hasOwn(header, "crit") || Object.hasOwn(header, "b64")) return null;
  if (typ !== undefined && !(typeof typ === "string" && /^(?:application\/)?(?:at\+)?jwt$/i.test(typ))) return null;
  return { header: { alg, ...(kid !== undefined && { kid }) }, claims };
}

/** The last character has unused bits. If they were free, one token would have several spellings. */
function isCanonical(part: string): boolean {
  return part.length % 4 !== 1 && toBase64Url(fromBase64Url(part)) === part;
}

function objectIn(part: string): JsonObject | null {
  try {
    const json = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(fromBase64Url(part));
    const value = parseConverted(json);
    return isObject(value) && !hasDuplicateMembers(json) ? value : null;
  } catch {
    return null;
  }
}

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],]/g;

/** Whether an object in a valid JSON text has two members of one name: readers differ in which of them counts. */
export function hasDuplicateMembers(json: string): boolean {
  /** The names of each object that is open; null stands for an array. */
  const open: (Set<string> | null)[] = [];
  let nameIsNext = false;
  for (const [token] of json.matchAll(TOKENS)) {
    if (token === "{" || token === "[") {
      open.push(token === "{" ? new Set() : null);
      nameIsNext = token === "{";
    } else if (token === "}" || token === "]") {
      open.pop();
      nameIsNext = false;
    } else if (token === ",") {
      nameIsNext = open.at(-1) !== null;
    } else if (nameIsNext) {
      nameIsNext = false;
      const names = open.at(-1)!;
      const name = JSON.parse(token) as string;
      if (names!.has(name)) return true;
      names!.add(name);
    }
  }
  return false;
}

/** Clocks of two servers differ by about so much. */
const LEEWAY_SECONDS = 5;

/** Whether verified claims are for `audience`, by `issuer`, and for now. */
export function claimsHold(
  claims: JsonObject,
  { issuer, audience, now }: { issuer: string; audience: string; now: number },
): boolean {
  const { iss, aud, sub, exp, nbf, iat } = claims;
  const seconds = now / 1000;
  const notLater = (time: Json | undefined): boolean =>
    time === undefined || (typeof time === "number" && time <= seconds + LEEWAY_SECONDS);
  return (
    iss === issuer &&
    (Array.isArray(aud) ? aud.includes(audience) : aud === audience) &&
    typeof sub === "string" &&
    sub !== "" &&
    typeof exp === "number" &&
    Number.isFinite(exp) &&
    seconds < exp &&
    notLater(nbf) &&
    notLater(iat)
  );
}
