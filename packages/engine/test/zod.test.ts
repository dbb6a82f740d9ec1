import { expect, test } from "bun:test";
import * as zod from "zod";
import * as z from "../src/kernel/zod.ts";

test("a schema is made when it is first used, and then once", () => {
  let checks = 0;
  const made = (name: string) =>
    z.string().refine(() => {
      checks++;
      return true;
    }, `${name} is wrong`);
  const schema = z.strictObject({ name: made("name").max(3).optional(), list: z.array(z.int().min(1)).default([]) });
  expect(schema.parse({ name: "abc" })).toEqual({ name: "abc", list: [] });
  expect(schema.shape.name).toBe(schema.shape.name);
  expect(checks).toBe(1);
  expect(schema.safeParse({ name: "abcd" }).error?.issues.map(({ path }) => path)).toEqual([["name"]]);
});

test("an error in a definition is thrown by its first use", () => {
  const schema = z.discriminatedUnion("kind", [z.object({ kind: z.literal("a") }), z.object({ kind: z.literal("a") })]);
  expect(() => schema.safeParse({ kind: "a" })).toThrow("Duplicate discriminator value");
});

test("a schema that is defined by the shape of another one waits for its first use too", () => {
  let defined = 0;
  const schema = z.whenUsed(() => {
    defined++;
    return z.strictObject({ ...z.object({ name: z.string() }).shape, list: z.array(z.string()) });
  });
  const outer = z.strictObject({ inner: schema.optional() });
  expect(defined).toBe(0);
  expect(outer.parse({ inner: { name: "a", list: [] } })).toEqual({ inner: { name: "a", list: [] } });
  expect(schema.safeParse({ name: "a" }).success).toBe(false);
  expect(defined).toBe(1);
});

test("a schema is an instance of its class, and describes itself as zod does", () => {
  const define = (by: typeof zod | typeof z) =>
    by.strictObject({
      id: by.uuid().describe("An id"),
      kind: by.enum(["a", "b"]).nullable().default(null),
      more: by.record(by.string().regex(/^x/), by.union([by.number(), by.json()])).describe("More"),
      pair: by.tuple([by.literal("p"), by.unknown()]).optional(),
    });
  const schema = define(z);
  expect(schema).toBeInstanceOf(zod.ZodObject);
  expect(schema.shape.id).toBeInstanceOf(zod.ZodUUID);
  expect(z.toJSONSchema(schema, { io: "input" })).toEqual(zod.toJSONSchema(define(zod), { io: "input" }));
  expect(z.toJSONSchema(schema.partial().extend({ at: z.int() }))).toEqual(
    zod.toJSONSchema(define(zod).partial().extend({ at: zod.int() })),
  );
});

test("zod takes what stands for a schema as a schema", () => {
  const schema = zod.object({ name: z.string().max(3) });
  expect(schema.safeParse({ name: "abcd" }).success).toBe(false);
  expect(schema.parse({ name: "abc" })).toEqual({ name: "abc" });
});
