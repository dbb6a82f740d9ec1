import { expect, test } from "bun:test";
import { FilterParser, type Json, nearest, PlinthError } from "@plinth/core";
import fc from "fast-check";
import { openRelation, things } from "./collections.ts";

function refusal(filter: Json, stored = false): PlinthError | undefined {
  try {
    new FilterParser({ mode: "inline", relation: openRelation, stored }).parse(things, filter);
    return undefined;
  } catch (error) {
    if (error instanceof PlinthError) return error;
    throw error;
  }
}

const text = [...things.byName.values()].find((field) => field.type === "text")!.name;

test("a text that begins with $ and is no variable is refused, and its escape is accepted", () => {
  const known = ["$user.id", "$user.email", "$user.roles", "$workspace.id", "$now"];
  const dollar = fc
    .string({ maxLength: 300 })
    .map((rest) => `$${rest.replaceAll("\0", "")}`)
    .filter((value) => !known.includes(value));
  fc.assert(
    fc.property(dollar, fc.constantFrom("_eq", "_neq", "_contains", "_gt"), (value, op) => {
      const error = refusal({ [text]: { [op]: value } });
      expect(error?.code).toBe("VALIDATION");
      expect(error?.message).toContain('{"$literal":');
      expect(error!.message.length).toBeLessThan(600);
      expect(refusal({ [text]: { [op]: { $literal: value } } })).toBeUndefined();
    }),
  );
});

test("a condition that was stored before such texts were refused stays valid", () => {
  expect(refusal({ [text]: "$CURRENT_USER" }, true)).toBeUndefined();
  expect(refusal({ [text]: "$CURRENT_USER" })?.details?.field).toBe(`filter.${text}`);
});

test.each([
  ["@collection.users.id", "$user.id"],
  ["auth.user.id", "$user.id"],
  ["auth.user.email", "$user.email"],
  ["req.user.id", "$user.id"],
  ["ctx.session.user.id", "$user.id"],
  ["resource.data.owner", "$user.id"],
  ["request.resource.data.owner", "$user.id"],
  [":user_id", "$user.id"],
  ["@userId", "$user.id"],
  [":current_user_id", "$user.id"],
  [":tenant_id", "$workspace.id"],
  ["%CURRENT_USER%", "$user.id"],
])("%s is a form of another product, meant as %s", (form, near) => {
  expect(refusal({ [text]: form })?.message).toContain(`did you mean ${near}?`);
});

test("ordinary texts are no form of another product", () => {
  for (const plain of [
    "user",
    "now",
    "@ann",
    "{{name}}",
    "{a}",
    "email",
    "5 $",
    "auth",
    "me@example.com",
    "a.b",
    "x-y",
    "%user%",
    "%me%",
    ":user",
    "resource",
    "session.5",
  ])
    expect(refusal({ [text]: plain })).toBeUndefined();
});

test("the nearest name is a misspelling, never a guess", () => {
  const names = ["title", "created_at", "owner_id", "tags"];
  expect(nearest("titel", names)).toBe("title");
  expect(nearest("createdAt", names)).toBe("created_at");
  expect(nearest("OWNER-ID", names)).toBe("owner_id");
  expect(nearest("tag", names)).toBe("tags");
  expect(nearest("x", names)).toBeUndefined();
  expect(nearest("price", names)).toBeUndefined();
  expect(nearest("t".repeat(100_000), names)).toBeUndefined();
});
