import { expect, test } from "bun:test";
import { nameInMail } from "../src/identity/names-in-mails.ts";

test.each([
  "Hacked: see https://evil.example",
  "Go to evil.example now",
  "evil.example/now",
  "(evil.example)",
  "EVIL.EXAMPLE",
  "www.evil",
  "evil．example",
  "evil。example",
  "e\u00advil\u200b.example",
  "böse.example",
  "evil.xn--p1ai",
  "198.51.100.7",
  "write to help@evil",
  "mailto:help",
])("the name %s is not in a mail, as it is read as a link", (name) => {
  expect(nameInMail(name)).toBeUndefined();
});

test.each([
  "Acme",
  "St. Mary's School",
  "A.B. Schmidt & Sons",
  "Acme Inc.",
  "Release 2.10",
  "Team: Berlin",
  "日本の会社。",
])("the name %s is in a mail", (name) => {
  expect(nameInMail(name)).toBe(name);
});
