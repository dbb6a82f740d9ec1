import { expect, spyOn, test } from "bun:test";
import { OFFSETS_REPEAT } from "@plinth/core";
import * as fc from "fast-check";
import { zoneOffsets } from "../src/read/time-zone.ts";

const ZONES = [
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "Africa/Casablanca",
  "America/Santiago",
  "Pacific/Apia",
  "UTC",
];
const FIRST = "0001-01-01T00:00:00.000Z";
const LAST = "9999-12-31T23:59:59.999Z";
const known = new Map(ZONES.map((zone) => [zone, zoneOffsets(zone, FIRST, LAST, "time_zone")]));

const clocks = new Map<string, Intl.DateTimeFormat>();

function hostMinutes(timeZone: string, at: number): number {
  const clock = clocks.get(timeZone) ?? new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  clocks.set(timeZone, clock);
  const name = clock.formatToParts(at).find(({ type }) => type === "timeZoneName")!.value;
  const [, sign, hours, minutes, seconds = "0"] = /GMT([+-])(\d+):(\d+)(?::(\d+))?/.exec(name) ?? [0, "+", "0", "0"];
  return (sign === "-" ? -1 : 1) * Math.round(Number(hours) * 60 + Number(minutes) + Number(seconds) / 60);
}

function minutesAt(zone: string, at: number): number {
  const time = new Date(at);
  const { from: first, until } = OFFSETS_REPEAT;
  const year = time.getUTCFullYear();
  if (year >= until) time.setUTCFullYear(first + ((year - first) % (until - first)));
  const text = time.toISOString();
  return known.get(zone)!.findLast(({ from }) => from === null || from <= text)!.minutes;
}

test("offsets over all years are the host's own, also where a calendar cycle repeats", () => {
  const instants = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.parse(LAST) });
  const property = fc.property(fc.constantFrom(...ZONES), instants, (zone, at) => {
    expect(minutesAt(zone, at)).toBe(hostMinutes(zone, at));
  });
  fc.assert(property, { numRuns: 3000 });
});

test("a span of years long to come has the offsets of one calendar cycle, and no more", () => {
  const offsets = zoneOffsets("Europe/Berlin", "4000-01-01T00:00:00.000Z", "9999-01-01T00:00:00.000Z", "time_zone");
  expect(offsets).toHaveLength(1 + 2 * 400);
  expect(offsets[0]).toEqual({ from: null, minutes: 60 });
  expect(offsets.at(-1)!.from! < "2500").toBe(true);
  expect(zoneOffsets("Asia/Kolkata", "4000-01-01T00:00:00.000Z", LAST, "time_zone")).toEqual([
    { from: null, minutes: 330 },
  ]);
});

test("a short span of those years has the few offsets of its own part of the cycle", () => {
  const offsets = zoneOffsets("Europe/Berlin", "9999-05-01T00:00:00.000Z", "9999-12-31T00:00:00.000Z", "time_zone");
  expect(offsets).toEqual([
    { from: null, minutes: 120 },
    { from: "2399-10-31T01:00:00.000Z", minutes: 60 },
  ]);
});

test("a span before that has its own alone", () => {
  const offsets = zoneOffsets("Europe/Berlin", "2024-01-01T00:00:00.000Z", "2025-01-01T00:00:00.000Z", "time_zone");
  expect(offsets).toEqual([
    { from: null, minutes: 60 },
    { from: "2024-03-31T01:00:00.000Z", minutes: 120 },
    { from: "2024-10-27T01:00:00.000Z", minutes: 60 },
  ]);
});

test("clocks that were put forward for some days only are seen", () => {
  // Tucumán used another offset than its neighbours from 1 to 13 June 2004; Fortaleza ended summer time after two
  // weeks.
  for (const [zone, at, minutes] of [
    ["America/Argentina/Tucuman", "2004-06-05T12:00:00.000Z", -240],
    ["America/Fortaleza", "2000-10-15T12:00:00.000Z", -120],
    ["Africa/Tunis", "1943-04-20T12:00:00.000Z", 60],
  ] as const) {
    expect(hostMinutes(zone, Date.parse(at))).toBe(minutes);
    expect(zoneOffsets(zone, at, at, "time_zone")).toEqual([{ from: null, minutes }]);
  }
});

test("a zone is looked through once, under whatever case of its name", () => {
  const made = spyOn(Intl, "DateTimeFormat");
  zoneOffsets("Asia/Tehran", FIRST, LAST, "time_zone");
  zoneOffsets("Asia/Tehran", "2001-01-01T00:00:00.000Z", LAST, "time_zone");
  zoneOffsets("asia/tehran", FIRST, "2001-01-01T00:00:00.000Z", "time_zone");
  expect(made).toHaveBeenCalledTimes(1);
  made.mockRestore();
});
