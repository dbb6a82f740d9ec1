import { as } from "../../as.ts";
import { music } from "../../fixtures/music.ts";
import { INTERNALS, items, refused, type Scenario } from "../../scenario.ts";
import { refuses } from "./lists-expand.ts";

const needs = [music];

/** Options of a level that cannot be, named by the level. */
export const scenarios: Scenario[] = [
  refuses("an unknown option", { expand: { albums: { size: 1 } } }, [422, "UNKNOWN_PARAMETER", "expand.albums.size"]),
  refuses("an unknown relation", { expand: { albums: { expand: "nope" } } }, [
    422,
    "UNKNOWN_FIELD",
    "expand.albums.expand",
  ]),
  refuses("an unknown field of a level", { expand: { albums: { fields: "nope" } } }, [
    422,
    "UNKNOWN_FIELD",
    "expand.albums.fields",
  ]),
  refuses("an unknown field in a level's filter", { expand: { albums: { filter: { nope: 1 } } } }, [
    422,
    "UNKNOWN_FIELD",
    "expand.albums.filter.nope",
  ]),
  refuses("a limit of 0", { expand: { albums: { limit: 0 } } }, [422, "VALIDATION", "expand.albums.limit"]),
  refuses("a limit beyond the highest", { expand: { albums: { limit: 1001 } } }, [
    422,
    "VALIDATION",
    "expand.albums.limit",
  ]),
  refuses("a limit that is a text", { expand: { albums: { limit: "5" } } }, [422, "VALIDATION", "expand.albums.limit"]),
  refuses("an offset below 0", { expand: { albums: { offset: -1 } } }, [422, "VALIDATION", "expand.albums.offset"]),
  refuses("a limit on a single item", { expand: { label: { limit: 1 } } }, [422, "VALIDATION", "expand.label.limit"]),
  {
    name: "lists: an error about an unknown name in a level does not reveal hidden ones",
    as: as.publicKey,
    needs,
    request: items("bands", { expand: { albums: { filter: { nope: 1 } } } }),
    expect: {
      ...refused(422, "UNKNOWN_FIELD", "expand.albums.filter.nope"),
      excludes: ['"data"', "sales", "owner_id", ...INTERNALS],
    },
  },
  refuses("expand as a list", { expand: ["albums"] }, [422, "UNKNOWN_FIELD", "expand"]),
  refuses("expand that is no JSON", { expand: "{albums" }, [422, "VALIDATION", "expand"]),
  refuses("seven levels", { expand: "label.bands.label.bands.label.bands.label" }, [422, "LIMIT_EXCEEDED"]),
];
