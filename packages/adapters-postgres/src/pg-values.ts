/**
 * Postgres values as text, in both directions. Everything is sent as text, so that the server alone interprets a value:
 * `'2024-02-30'` for a date column is Postgres's error, never a client's guess. All drivers share these decoders.
 */
import type { SqlValue } from "@plinth/core";

export const PG_OID = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  oid: 26,
  json: 114,
  float4: 700,
  float8: 701,
  varchar: 1043,
  date: 1082,
  timestamp: 1114,
  timestamptz: 1184,
  uuid: 2950,
  jsonb: 3802,
} as const;

type Decoder = (text: string) => SqlValue;

/** `2024-05-01 10:20:30.123456+00` → ISO 8601 in UTC with milliseconds. The rare `infinity` and years BC stay as they are. */
const decodeTimestamp: Decoder = (text) => {
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(10) !== SPACE || text.endsWith("BC")) return text;
  let end = 19;
  if (text.charCodeAt(19) === DOT) for (end = 20; isDigit(text.charCodeAt(end)); ) end++;
  const milliseconds = text.slice(20, end).padEnd(3, "0").slice(0, 3);
  const local = `${text.slice(0, 10)}T${text.slice(11, 19)}.${milliseconds}`;
  const zone = text.slice(end);
  if (zone === "" || zone === "+00") return `${local}Z`;
  // Only where the session could not be set to UTC: `+02` or `+05:30`.
  return new Date(local + (zone.length === 3 ? `${zone}:00` : zone)).toISOString();
};

const DASH = 45;
const DOT = 46;
const SPACE = 32;

const decodeInt8: Decoder = (text) => {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
};

/** Types that are not listed (numeric, uuid, date, json, jsonb, text, arrays …) stay the text that Postgres wrote. */
export const PG_DECODERS: ReadonlyMap<number, Decoder> = new Map<number, Decoder>([
  [PG_OID.bool, (text) => text === "t"],
  [PG_OID.bytea, decodeBytes],
  [PG_OID.int8, decodeInt8],
  [PG_OID.int2, Number],
  [PG_OID.int4, Number],
  [PG_OID.oid, Number],
  [PG_OID.float4, Number],
  [PG_OID.float8, Number],
  [PG_OID.timestamp, decodeTimestamp],
  [PG_OID.timestamptz, decodeTimestamp],
]);

/** Parameters as text; `null` stays null. */
export function encodePgParams(params: readonly SqlValue[]): (string | null)[] {
  const texts = new Array<string | null>(params.length);
  for (let i = 0; i < params.length; i++) {
    const value = params[i] as SqlValue;
    texts[i] = typeof value === "string" || value === null ? value : encode(value);
  }
  return texts;
}

function encode(value: number | bigint | boolean | Uint8Array): string {
  // Types exclude it, but it would be stored as the text "undefined".
  if (value === undefined) throw new TypeError("undefined is not an SQL value");
  // `true` rather than `t`: it also works where the compiler casts text to jsonb.
  if (typeof value !== "object") return Object.is(value, -0) ? "-0" : String(value);
  let hex = "\\x";
  for (const byte of value) hex += HEX[byte];
  return hex;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function decodeBytes(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length - 2) >> 1);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 + i * 2, 4 + i * 2), 16);
  return bytes;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
