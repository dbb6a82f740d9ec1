import { describe, expect, test } from "bun:test";
import {
  checkSettings,
  coerce,
  completeField,
  type Field,
  fieldType,
  isVirtual,
  lookupOf,
  orderOf,
} from "@plinth/core";

const pictures: Field = completeField({ name: "pictures", type: "files", bucket: "pics", max_count: 3 });

describe("files", () => {
  test("is stored with its target, the names of its junction's fields, and what a deletion does", () => {
    expect(pictures).toMatchObject({ to: "files", via: "item", target: "file", on_delete: "set_null" });
    expect(completeField(pictures)).toEqual(pictures);
    expect(completeField(pictures, "authors").through).toBe("authors_pictures");
    expect(isVirtual(pictures)).toBe(true);
    expect(orderOf(pictures)).toEqual({ name: "position", type: "number", required: true });
    expect(orderOf({ name: "tags", type: "relation_many", to: "tags" })).toBeUndefined();
  });

  test("its junction refers to a file that leaves the list, or cannot be deleted", () => {
    const linked = (more: Partial<Field>) => fieldType(pictures).link!({ ...pictures, ...more });
    expect(linked({})).toEqual({ name: "file", type: "file", to: "files", required: true, on_delete: "cascade" });
    expect(linked({ on_delete: "restrict" }).on_delete).toBe("restrict");
    expect(linked({ delete_with_item: true }).delete_with_item).toBe(true);
  });

  test("refuses what a list of files cannot be", () => {
    const refused = (more: Partial<Field>) => expect(() => checkSettings({ ...pictures, ...more }, "fields.0"));
    refused({ to: "users" }).toThrow("fields.0.to: ");
    refused({ on_delete: "cascade" }).toThrow("fields.0.on_delete: ");
    refused({ required: true }).toThrow("fields.0.required: ");
    refused({}).not.toThrow();
    expect(() => checkSettings({ name: "photo", type: "file", to: "files", max_count: 1 }, "fields.0")).toThrow(
      "fields.0.max_count: is for files",
    );
  });

  test("has no value of its own, and knows files by their paths", () => {
    expect(() => coerce(pictures, ["a"])).toThrow("pictures");
    expect(lookupOf(pictures, "a/b.png")).toEqual({ bucket: "pics", path: "a/b.png" });
    expect(fieldType(pictures).inputSchema(pictures)).toMatchObject({ anyOf: [{ type: "array", maxItems: 3 }, {}] });
  });
});
