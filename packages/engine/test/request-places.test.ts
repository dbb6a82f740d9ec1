import { expect, test } from "bun:test";
import { newRequestPlaces } from "../src/features/files/images/in-turn.ts";

const never = () => new Promise<never>(() => {});

test("a place is free again when its work has ended, well or not", async () => {
  const places = newRequestPlaces(1);
  await expect(places.run(() => Promise.reject(new Error("damaged")))).rejects.toThrow("damaged");
  expect(await places.run(async () => 1)).toBe(1);
});

test("a place of a request that the host has ended is free after a time", async () => {
  let now = 0;
  const places = newRequestPlaces(1, { now: () => now, waitMs: 0 });
  void places.run(never);
  await expect(places.run(async () => 1)).rejects.toMatchObject({ code: "OVERLOADED" });
  now = 60_000;
  expect(await places.run(async () => 1)).toBe(1);
});

test("who finds no place looks again", async () => {
  const places = newRequestPlaces(1);
  let end = (): void => {};
  const first = places.run(() => new Promise<void>((resolve) => (end = resolve)));
  const second = places.run(async () => "made");
  end();
  await first;
  expect(await second).toBe("made");
});
