import { expect, test } from "bun:test";
import { PlinthError } from "@plinth/core";
import { newFailedImages } from "../src/features/files/images/failed-images.ts";

test("a picture that cannot be made is not tried again for a minute; what failed for another reason is", async () => {
  let [now, tries] = [0, 0];
  const { unlessFailed } = newFailedImages(() => now);
  const make = (key: string, code: "VALIDATION" | "UNAVAILABLE") =>
    unlessFailed(key, async () => {
      tries++;
      throw new PlinthError(code, "damaged", { field: "path" });
    });
  const refused = { code: "VALIDATION", message: "damaged", details: { field: "path" } };
  await expect(make("a", "VALIDATION")).rejects.toMatchObject(refused);
  await expect(make("a", "VALIDATION")).rejects.toMatchObject(refused);
  expect(tries).toBe(1);
  now = 60_000;
  await expect(make("a", "UNAVAILABLE")).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect(await unlessFailed("a", async () => "made")).toBe("made");
});

test("of many that fail, the latest are remembered", async () => {
  let tries = 0;
  const { unlessFailed } = newFailedImages(() => 0);
  const fail = (key: number) =>
    unlessFailed(String(key), async () => {
      tries++;
      throw new PlinthError("VALIDATION");
    }).catch(() => undefined);
  for (let key = 0; key <= 1000; key++) await fail(key);
  await fail(1000);
  await fail(0);
  expect(tries).toBe(1002);
});
