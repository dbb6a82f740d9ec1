import { expect, test } from "bun:test";
import { Observed } from "./observed.ts";

function notEmails(...texts: readonly string[]): number | undefined {
  const observed = new Observed();
  for (const mail of texts) observed.add({ mail });
  return observed.notEmailsOf("mail");
}

test("a column of addresses is known, also where a few are mistyped", () => {
  const right = Array.from({ length: 10 }, (_, i) => `ann.${i}@example.com`);
  expect(notEmails(...right, "")).toBe(0);
  expect(notEmails("bob@", ...right)).toBe(1);
  expect(notEmails("ann@example.com", "a name", "a title")).toBeUndefined();
  expect(notEmails("no", "addresses", "at all")).toBeUndefined();
  expect(notEmails()).toBeUndefined();
});
