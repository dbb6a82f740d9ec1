import { type Collection, type Field, type Json, type JsonObject, type Row, unitsToDecimal } from "@plinth/core";
import fc from "fast-check";
import { links, notes, people, storedFields, things } from "./collections.ts";

/** Random values and rows. Small pools make matches and ties likely; unbounded values find what the pools miss. */

const TEXTS = [
  "",
  "a",
  "A",
  "ab",
  "aB",
  "b",
  "ä",
  "Ä",
  "ß",
  "İ",
  "\uE000",
  "\uFFFD",
  "😀",
  "😁",
  "a😀",
  "%",
  "_",
  "a_b",
];
const AWKWARD = ["\\", "'", '"', " ", "NULL", "null", "[]", "{}", "0", "1", "true", "a\nb", "{a,b}", "$", "e\u0301"];

export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 1, arbitrary: fc.constantFrom(...AWKWARD) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 6 }).map((text) => text.replaceAll("\0", "")) },
);

const anyInteger = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.maxSafeInteger());

const anyNumber = fc.oneof(
  fc.constantFrom(0, 1, -1, 0.1, 0.2, 0.30000000000000004, 1e21, 5e-324, Number.MAX_VALUE, 2 ** 53, 2 ** 63),
  // Printed as 1234567890123456800, but is 1234567890123456768.
  fc.constantFrom(1e18, Number("1234567890123456789")),
  fc.integer({ min: -3, max: 3 }),
  // Whole numbers that an engine may take for integers, although JSON's numbers have 53 bits.
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n + 2000n }).map((value) => Number(value)),
  fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => (value === 0 ? 0 : value)),
);

function anyDecimal(field: Field): fc.Arbitrary<string> {
  const most = 10n ** BigInt(field.precision!) - 1n;
  const units = fc.oneof(fc.bigInt({ min: -200n, max: 200n }), fc.bigInt({ min: -most, max: most }));
  return units.map((value) => unitsToDecimal(value, field.scale!));
}

const EPOCHS = [0, 1, -1, 1_700_000_000_000, -62_135_596_800_000, 253_402_300_799_999];
const anyInstant = fc.oneof(fc.constantFrom(...EPOCHS), fc.integer({ min: EPOCHS[4]!, max: EPOCHS[5]! }));
const anyTimestamp = anyInstant.map((ms) => new Date(ms).toISOString());

const UUIDS = ["018f4e9a-5c1e-7b3a-9c2d-0123456789ab", "ffffffff-ffff-7fff-bfff-ffffffffffff"];
const anyUuid = fc.oneof(fc.constantFrom(...UUIDS), fc.uuid());

export const JSON_KEYS = ["a", "b", "n", "0", "ä", "a b", "it's", "$x", "done"];

const anyScalar: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, false, "", "1", [], {}),
  anyNumber,
  anyText,
);

export const anyJson: fc.Arbitrary<Json> = fc.letrec<{ value: Json; object: JsonObject; list: Json[] }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, { weight: 3, arbitrary: anyScalar }, tie("object"), tie("list")),
  list: fc.array(tie("value"), { maxLength: 2 }),
  object: objectOf(tie("value")),
})).value;

function objectOf(value: fc.Arbitrary<Json>): fc.Arbitrary<JsonObject> {
  return fc.dictionary(fc.constantFrom(...JSON_KEYS), value, { maxKeys: 4, noNullPrototype: true });
}

/** A value of the field's type in the domain's form; relations point to one of `ids`. */
export function anyValue(field: Field, ids: readonly string[] = UUIDS): fc.Arbitrary<Json> {
  switch (field.type) {
    case "text":
    case "longtext":
      return anyText;
    case "enum":
      return fc.constantFrom(...field.values!);
    case "integer":
      return anyInteger;
    case "number":
      return anyNumber;
    case "decimal":
      return anyDecimal(field);
    case "boolean":
      return fc.boolean();
    case "json":
      // JSON null is stored as SQL null.
      return anyJson;
    case "timestamp":
      return anyTimestamp;
    case "date":
      return anyTimestamp.map((text) => text.slice(0, 10));
    case "uuid":
      return anyUuid;
    case "relation":
      return ids.length > 0 ? fc.constantFrom(...ids) : fc.constant(null);
    default:
      throw new Error(`no values for ${field.name}, which is a ${field.type}`);
  }
}

function rowId(kind: number, index: number): string {
  return `018f4e9a-5c1e-7b3a-9c${kind}d-${index.toString(16).padStart(12, "0")}`;
}

function anyRow(collection: Collection, id: string, ids: readonly string[]): fc.Arbitrary<Row> {
  const system = fc.record({
    created_at: anyTimestamp,
    updated_at: anyTimestamp,
    owner_id: fc.option(fc.constantFrom(...UUIDS)),
    version: fc.integer({ min: 1, max: 3 }),
  });
  const declared = fc.record(
    Object.fromEntries(storedFields(collection).map((f) => [f.name, fc.option(anyValue(f, ids), { freq: 4 })])),
  );
  const own = collection.kind === "document" ? objectOf(anyJson) : declared;
  return fc.tuple(own, system).map(([values, rest]) => ({ id, ...values, ...rest }));
}

function anyRows(collection: Collection, kind: number, most: number, ids: readonly string[]): fc.Arbitrary<Row[]> {
  const all = Array.from({ length: most }, (_, i) => anyRow(collection, rowId(kind, i), ids));
  return fc.tuple(fc.nat(most), fc.tuple(...all)).map(([count, rows]) => rows.slice(0, count));
}

export interface Data {
  readonly people: Row[];
  readonly things: Row[];
  readonly links: Row[];
  readonly notes: Row[];
}

export const NO_DATA: Data = { people: [], things: [], links: [], notes: [] };

/** People point to people before them, things to any of them, so that they can be inserted in order. */
export const anyData: fc.Arbitrary<Data> = anyRows(people, 0, 4, []).chain((rows) => {
  const ids = rows.map((row) => row.id as string);
  const bosses = fc.array(fc.nat(), { minLength: rows.length, maxLength: rows.length });
  const withBosses = bosses.map((picks) =>
    rows.map((row, i) => ({ ...row, boss: i > 0 && picks[i]! % 3 > 0 ? ids[picks[i]! % i]! : null })),
  );
  return anyRows(things, 1, 8, ids).chain((made) =>
    fc.record({
      people: withBosses,
      things: fc.constant(made),
      links: anyLinks(
        made.map((row) => row.id as string),
        ids,
      ),
      notes: anyRows(notes, 2, 8, []),
    }),
  );
});

function anyLinks(thingIds: readonly string[], personIds: readonly string[]): fc.Arbitrary<Row[]> {
  const end = (ids: readonly string[]): fc.Arbitrary<Json> => fc.constantFrom<Json>(null, ...ids);
  const ends = fc.array(fc.tuple(end(thingIds), end(personIds), fc.integer({ min: -3, max: 3 })), { maxLength: 6 });
  return fc.tuple(anyRows(links, 3, 6, []), ends).map(([rows, list]) =>
    rows.slice(0, list.length).map((row, i): Row => {
      const [thing, person, weight] = list[i]!;
      return { ...row, thing, person, weight };
    }),
  );
}
