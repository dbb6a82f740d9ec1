import { as, type Who } from "../../as.ts";
import { TALKS, talks } from "../../fixtures/talks.ts";
import { type Call, get, INTERNALS, items, ok, post, refused, type Scenario } from "../../scenario.ts";

const needs = [talks];
/** 50 remarks, each with its talk, each with its 50 remarks, each with its talk, each with its 50 remarks. */
const ROUND = "talk.remarks.talk.remarks";
const AT = "expand.talk.expand.remarks.expand.talk.expand.remarks.limit";

const refuses = (what: string, request: Call, field = AT, who: Who = as.anonymous): Scenario => ({
  name: `lists: ${what} is refused`,
  as: who,
  needs,
  request,
  expect: { ...refused(422, "LIMIT_EXCEEDED", field), excludes: ['"data"', "remark 1", ...INTERNALS] },
});
const hasFifty = function hasFifty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 50;
};

/** What many items share is written out for each of them, and that is what counts. */
export const scenarios: Scenario[] = [
  refuses("what would occur more than 100,000 times", items("remarks", { expand: ROUND })),
  refuses(
    "the same as JSON",
    items("remarks", {
      expand: { talk: { expand: { remarks: { expand: { talk: { expand: { remarks: { limit: 50 } } } } } } } },
    }),
  ),
  refuses(
    "the same for one item",
    get(`/api/items/talks/${TALKS.only}`, { expand: `remarks.${ROUND}`, fields: "title" }),
    `expand.remarks.${AT}`,
  ),
  refuses("the same as fields", items("remarks", { fields: `${ROUND}.title` }), AT, as.secretKey),
  {
    name: "lists: what occurs less often is given out",
    as: as.anonymous,
    needs,
    request: items("remarks", { expand: "talk.remarks.talk", limit: "2" }),
    expect: {
      ...ok({ data: [{ talk: { title: "talk", remarks: hasFifty } }, { talk: { remarks: hasFifty } }] }),
      excludes: INTERNALS,
    },
  },
  {
    name: "live: what would occur more than 100,000 times is refused",
    as: as.anonymous,
    needs,
    request: { ...post("/api/live", { collection: "remarks", expand: ROUND }), query: { poll: "1" } },
    expect: { ...refused(422, "LIMIT_EXCEEDED"), excludes: ['"data"', "remark 1", ...INTERNALS] },
  },
];
