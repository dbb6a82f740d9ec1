import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { zoneOffsets } from "../src/items/time-zone.ts";

const ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca", "UTC"];
const FIRST = "0001-01-01T00:00:00.000Z";
const LAST = "9999-12-31T23:59:59.999Z";
const known = new Map(ZONES.map((zone) => [zone, zoneOffsets(zone, FIRST, LAST, "timeZone")]));

function hostMinutes(timeZone: string, at: number): number {
  const name = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" })
    .formatToParts(at)
    .find(({ type }) => type === "timeZoneName")!.value;
  const [, sign, hours, minutes, seconds = "0"] = /GMT([+-])(\d+):(\d+)(?::(\d+))?/.exec(name) ?? [0, "+", "0", "0"];
  return (sign === "-" ? -1 : 1) * Math.round(Number(hours) * 60 + Number(minutes) + Number(seconds) / 60);
}

function minutesAt(zone: string, at: number): number {
  const text = new Date(at).toISOString();
  return known.get(zone)!.findLast(({ from }) => from === null || from <= text)!.minutes;
}

test("offsets over all years are the host's own, also where a calendar cycle repeats", () => {
  const instants = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.parse(LAST) });
  const property = fc.property(fc.constantFrom(...ZONES), instants, (zone, at) => {
    expect(minutesAt(zone, at)).toBe(hostMinutes(zone, at));
  });
  fc.assert(property, { numRuns: 3000 });
});

test("a span that lies wholly after the first cycle has the host's offsets", () => {
  const offsets = zoneOffsets("Europe/Berlin", "4000-01-01T00:00:00.000Z", "4001-01-01T00:00:00.000Z", "timeZone");
  const july = offsets.findLast(({ from }) => from === null || from <= "4000-07-01T00:00:00.000Z");
  expect(july!.minutes).toBe(120);
  expect(offsets.length).toBeLessThanOrEqual(3);
});
