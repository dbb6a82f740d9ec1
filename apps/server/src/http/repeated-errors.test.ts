import { expect, test } from "bun:test";
import { DataError, PlinthError } from "@plinth/core";
import { RepeatedErrors } from "./repeated-errors.ts";

const full = () => {
  const cause = new DataError("disk_full", { cause: new Error("database or disk is full") });
  return new PlinthError("UNAVAILABLE", "x", undefined, { cause });
};

test("equal errors are logged once in a while, with their number, and others beside them", () => {
  const errors = new RepeatedErrors();
  expect(errors.take(full(), 0)).toBe(0);
  for (let i = 0; i < 1000; i++) expect(errors.take(full(), i)).toBeUndefined();
  expect(errors.take(new TypeError("other"), 1000)).toBe(0);
  expect(errors.take(full(), 10_001)).toBe(1000);
  expect(errors.take(full(), 10_002)).toBeUndefined();
});
