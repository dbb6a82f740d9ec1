import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { posters } from "../../fixtures/posters.ts";
import { exactly, must } from "../../match.ts";
import { type Call, INTERNALS, items, ok, post, refused, type Scenario } from "../../scenario.ts";

const needs = [posters];
const refuses = (what: string, request: Call, field?: string): Scenario => ({
  name: `answers: ${what} is refused`,
  as: as.anonymous,
  needs,
  request,
  expect: { ...refused(422, "LIMIT_EXCEEDED", field), excludes: ['"data"', "####", ...INTERNALS] },
});

/** An answer has a largest size, MAX_ANSWER_BYTES; what is shared counts each time that it is written. */
export const scenarios: Scenario[] = [
  {
    ...refuses("one large item in thirty others", items("copies", { expand: "poster" }), "expand.poster"),
    verify({ json }) {
      const { details } = (json as { error: { details: JsonObject } }).error;
      must(details, exactly({ field: "expand.poster", max_answer_bytes: 8_388_608 }));
    },
  },
  refuses("the same as a named field", items("copies", { fields: "poster.image" }), "expand.poster"),
  refuses("the same in a live query", {
    ...post("/api/live", { collection: "copies", expand: "poster" }),
    query: { poll: "1" },
  }),
  {
    name: "answers: the same in ten others is answered",
    as: as.anonymous,
    needs,
    request: items("copies", { expand: "poster", sort: "number", limit: "10" }),
    expect: { ...ok({ has_more: true }), excludes: INTERNALS },
  },
];
