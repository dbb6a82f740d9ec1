import { describe, expect, test } from "bun:test";
import { FilterParser, type Json, PlinthError, parseReference } from "@plinth/core";
import { openRelation, people, things } from "./collections.ts";

function refusal(filter: Json, { stored = false, collection = people } = {}): [string, unknown] | undefined {
  try {
    new FilterParser({ mode: "slots", relation: openRelation, stored }).parse(collection, filter);
    return undefined;
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    return [error.code, error.details?.field];
  }
}

describe("a path through relations", () => {
  test("passes three lists", () => {
    expect(refusal({ "reports.reports.reports.name": "x" })).toBeUndefined();
    expect(refusal({ "reports.reports.things.name": "x" })).toBeUndefined();
  });

  test("does not pass a fourth, however it is spelt", () => {
    const four = "reports.reports.reports.things";
    expect(refusal({ [`${four}.name`]: "x" })).toEqual(["LIMIT_EXCEEDED", `filter.${four}.name`]);
    const nested = { reports: { $or: [{ reports: { _none: { "reports.things": { _every: { name: "x" } } } } }] } };
    expect(refusal(nested)?.[0]).toBe("LIMIT_EXCEEDED");
    expect(refusal({ "reports.reports.reports": { "count(things)": 1 } })?.[0]).toBe("LIMIT_EXCEEDED");
  });

  test("does not go straight back to where it came from", () => {
    expect(refusal({ "things.friend.name": "x" })).toEqual(["VALIDATION", "filter.things.friend.name"]);
    expect(refusal({ things: { _some: { $not: { friend: { name: "x" } } } } })?.[0]).toBe("VALIDATION");
    expect(refusal({ things: { "count(friend.links)": 1 } })).toEqual([
      "VALIDATION",
      "filter.things.count(friend.links)",
    ]);
    expect(refusal({ "boss.reports.boss.reports.name": "x" })?.[0]).toBe("VALIDATION");
  });

  test("may compare who it came from, go to others of the kind, and come back by another way", () => {
    expect(refusal({ "things.friend": "018f4e9a-5c1e-7b3a-9c2d-0123456789ab" })).toBeUndefined();
    expect(refusal({ "friend.things.name": "x" }, { collection: things })).toBeUndefined();
    expect(refusal({ "helpers.links.thing.name": "x" }, { collection: things })).toBeUndefined();
    expect(() => parseReference(things, "count(friend.things)", "sort", { relation: openRelation })).not.toThrow();
  });

  test("stays understood where it was stored before", () => {
    expect(refusal({ "reports.reports.reports.things.friend.name": "x" }, { stored: true })).toBeUndefined();
  });
});
