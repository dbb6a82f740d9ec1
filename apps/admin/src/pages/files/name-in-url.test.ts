import { expect, test } from "bun:test";
import { nameInUrl } from "./name-in-url.ts";

test("the last part of an address is the name of its file", () => {
  expect(
    ["https://a.b/c/d%C3%A4.png?x=1#y", " https://a.b/c%2Fd ", "https://a.b/%ff", "https://a.b/", "https://", "x"].map(
      nameInUrl,
    ),
  ).toEqual(["dä.png", "c-d", "%ff", undefined, undefined, undefined]);
});
