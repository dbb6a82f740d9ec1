import type { ErrorCode, Json, JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { music } from "../../fixtures/music.ts";
import { INTERNALS, items, refused, type Scenario } from "../../scenario.ts";

const refuses = (
  what: string,
  expand: Json,
  [status, code, field]: [number, ErrorCode, string?],
  who: Who = as.secretKey,
): Scenario => ({
  name: `expansions: ${what} is refused${who === as.secretKey ? "" : `, as ${who.name}`}`,
  as: who,
  needs: [music],
  request: items("bands", { fields: "name", expand }),
  expect: { ...refused(status, code, field), excludes: ['"data"', ...INTERNALS] },
});
/** One relation so many times. */
const often = (count: number, options: JsonObject): JsonObject =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, options]));
/** Embeds that are wrong, too many, or out of the caller's reach. */
export const scenarios: Scenario[] = [
  refuses("a relation that there is not", { a: { relation: "nothing" } }, [422, "UNKNOWN_FIELD", "expand.a.relation"]),
  refuses("what is no relation", { a: { relation: "founded" } }, [422, "VALIDATION", "expand.a.relation"]),
  refuses("a name that is none", { "a b": { relation: "albums" } }, [422, "VALIDATION", "expand"]),
  refuses("the name of a field", { name: { relation: "albums" } }, [422, "VALIDATION", "fields"]),
  refuses("a name twice by spreading", { albums: { spread: true, fields: "name:title" } }, [
    422,
    "VALIDATION",
    "fields",
  ]),
  refuses("spreading everything", { albums: { spread: true } }, [422, "VALIDATION", "expand.albums.fields"]),
  refuses("spreading an id", { label: { spread: true, fields: "id" } }, [422, "VALIDATION", "fields"]),
  refuses("another kind of required", { albums: { required: "yes" } }, [422, "VALIDATION", "expand.albums.required"]),
  refuses("having without aggregates", { albums: { having: {} } }, [422, "VALIDATION", "expand.albums.having"]),
  refuses("having without groups", { albums: { aggregates: { n: { count: "*" } }, having: { n: 1 } } }, [
    422,
    "VALIDATION",
    "expand.albums.having",
  ]),
  refuses("passing over the one row of aggregates", { albums: { aggregates: { n: { count: "*" } }, offset: 1 } }, [
    422,
    "VALIDATION",
    "expand.albums.offset",
  ]),
  refuses(
    "more relations than are read at once",
    often(10, { relation: "albums", expand: often(20, { relation: "tracks" }) }),
    [422, "LIMIT_EXCEEDED", "expand.a9.expand"],
  ),
  refuses("fields beside aggregates", { albums: { aggregates: { n: { count: "*" } }, fields: "title" } }, [
    422,
    "VALIDATION",
    "expand.albums.fields",
  ]),
  refuses("aggregates of another form", { albums: { aggregates: { n: "count" } } }, [
    422,
    "VALIDATION",
    "expand.albums.aggregates.n",
  ]),
  refuses("an unknown field in an aggregate", { albums: { aggregates: { n: { sum: "nothing" } } } }, [
    422,
    "UNKNOWN_FIELD",
    "expand.albums.aggregates.n.sum",
  ]),
  refuses(
    "a time zone",
    {
      albums: {
        aggregates: { n: { count: "*" } },
        group_by: [{ field: "created_at", bucket: "day", time_zone: "Europe/Rome" }],
      },
    },
    [422, "VALIDATION", "expand.albums.group_by.0.time_zone"],
  ),
  refuses(
    "a hidden field in an aggregate",
    { albums: { aggregates: { n: { sum: "sales" } } } },
    [403, "FIELD_FORBIDDEN", "expand.albums.aggregates.n.sum"],
    as.publicKey,
  ),
  refuses("a hidden list under another name", { a: { relation: "lineup" } }, [403, "FIELD_FORBIDDEN"], as.publicKey),
  refuses(
    "a hidden field that is required",
    { albums: { required: true, filter: { sales: 1 } } },
    [403, "FIELD_FORBIDDEN"],
    as.publicKey,
  ),
  refuses(
    "a junction out of reach that is required",
    { members: { required: true } },
    [403, "FORBIDDEN"],
    as.publicKey,
  ),
];
