import { describe, expect, test } from "bun:test";
import { checkSettings, coerce, completeField, type Field, lookupOf, PlinthError } from "@plinth/core";

const ID = "018f4e9a-5c1e-7b3a-9c2d-0123456789ab";
const photo: Field = completeField({ name: "photo", type: "file" });
const inBucket: Field = { ...photo, bucket: "pics" };

function refusal(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof PlinthError) return error.message;
    throw error;
  }
}

describe("file", () => {
  test("is stored with its target and with what a deletion does", () => {
    expect(photo).toEqual({ name: "photo", type: "file", to: "files", on_delete: "set_null" });
    expect(completeField({ name: "doc", type: "file", required: true }).on_delete).toBe("restrict");
    expect(completeField(photo)).toEqual(photo);
    const text: Field = { name: "title", type: "text" };
    expect(completeField(text)).toBe(text);
  });

  test("refers to files alone", () => {
    expect(refusal(() => checkSettings({ ...photo, to: "users" }, "fields.0"))).toStartWith("fields.0.to: ");
    expect(refusal(() => checkSettings({ ...photo, required: true }, "fields.0"))).toStartWith("fields.0.on_delete: ");
    expect(refusal(() => checkSettings(photo, "fields.0"))).toBeUndefined();
  });

  test("keeps an id, and no other text", () => {
    expect(coerce(photo, ID.toUpperCase())).toBe(ID);
    expect(refusal(() => coerce(photo, "pics/cat.png"))).toContain("expected the id of a file");
  });

  test("knows a file by its bucket and path, or by its path where it has a bucket", () => {
    expect(lookupOf(photo, "pics/2026/cat.png")).toEqual({ bucket: "pics", path: "2026/cat.png" });
    expect(lookupOf(inBucket, "2026/cat.png")).toEqual({ bucket: "pics", path: "2026/cat.png" });
    expect(lookupOf(inBucket, "u\u0308.png")).toEqual({ bucket: "pics", path: "ü.png" });
    for (const text of [ID, "cat.png", "/cat.png", ""]) expect(lookupOf(photo, text)).toBeUndefined();
    expect(lookupOf({ name: "author", type: "relation", to: "authors" }, "pics/cat.png")).toBeUndefined();
  });
});
