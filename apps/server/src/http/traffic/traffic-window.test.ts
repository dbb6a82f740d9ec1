import { expect, test } from "bun:test";
import { LATENCY_STEPS, latencyAt, latencyStep } from "@plinth/engine";
import { TRAFFIC_MINUTES, TrafficWindow } from "./traffic-window.ts";

const MINUTE = 29_000_000;

test("a percentile is within a step of the true one", () => {
  const counts = new Array<number>(LATENCY_STEPS).fill(0);
  for (let ms = 1; ms <= 1000; ms++) counts[latencyStep(ms)]!++;
  for (const [share, exact] of [
    [0.5, 500],
    [0.95, 950],
    [0.99, 990],
  ] as const) {
    const found = latencyAt(counts, share)!;
    expect(found).toBeGreaterThan(exact / Math.SQRT2);
    expect(found).toBeLessThan(exact * Math.SQRT2);
  }
});

test("no request has no percentile, and neither a vast nor a negative latency is lost", () => {
  const counts = new Array<number>(LATENCY_STEPS).fill(0);
  expect(latencyAt(counts, 0.5)).toBeNull();
  for (const ms of [-5, 0, Number.NaN]) counts[latencyStep(ms)]!++;
  counts[latencyStep(1e9)]!++;
  expect(latencyAt(counts, 0.5)).toBeLessThanOrEqual(0.25);
  expect(latencyAt(counts, 1)).toBeGreaterThan(10_000);
});

test("requests are counted by minute, group and class of status", () => {
  const window = new TrafficWindow();
  window.add(MINUTE - 1, 0, 200, 3);
  window.add(MINUTE, 0, 304, 3);
  window.add(MINUTE, 2, 404, 3);
  window.add(MINUTE, 2, 503, -1);
  const minutes = window.minutes(MINUTE);
  expect(minutes).toHaveLength(TRAFFIC_MINUTES);
  expect(minutes.slice(-2).map(({ statuses }) => statuses)).toEqual([
    { "2xx": 1, "3xx": 0, "4xx": 0, "5xx": 0 },
    { "2xx": 0, "3xx": 1, "4xx": 1, "5xx": 1 },
  ]);
  expect(window.minutes(MINUTE, 2).at(-1)!.requests).toBe(2);
  expect(window.groups(MINUTE, ["a", "b", "c"]).map(({ group, requests }) => [group, requests])).toEqual([
    ["a", 2],
    ["c", 2],
  ]);
});

test("an hour later nothing of a minute is left, though its place is used again", () => {
  const window = new TrafficWindow();
  window.add(MINUTE, 0, 200, 3);
  window.add(MINUTE, 1, 200, 3);
  const later = MINUTE + TRAFFIC_MINUTES;
  expect(window.minutes(later).every(({ requests }) => requests === 0)).toBe(true);
  window.add(later, 0, 200, 3);
  expect(window.minutes(later).at(-1)!.requests).toBe(1);
  expect(window.groups(later, ["a", "b"]).map(({ group }) => group)).toEqual(["a"]);
});
