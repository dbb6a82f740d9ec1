import { expect, test } from "bun:test";
import { exampleOf, type OpenApiDocument, operationsOf, schemaLines, searchOperations } from "./operations.ts";

const DOCUMENT: OpenApiDocument = {
  tags: [{ name: "Keys" }, { name: "Items" }],
  paths: {
    "/api/items/{slug}": {
      get: { operationId: "listItems", tags: ["Items"], summary: "List items", responses: { 200: {}, 404: {} } },
    },
    "/api/keys": {
      post: {
        operationId: "createKey",
        tags: ["Keys"],
        requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Key" } } } },
      },
    },
  },
  components: {
    schemas: {
      Key: {
        type: "object",
        required: ["name", "kind"],
        properties: {
          name: { type: "string", description: "For people" },
          kind: { type: "string", enum: ["secret", "scoped"] },
          ranges: {
            type: "array",
            items: { type: "object", properties: { from: { type: "string", format: "uuid" } } },
          },
          until: { anyOf: [{ type: "string" }, { type: "null" }] },
        },
      },
    },
  },
};

test("operations come in the order of the tags, and are found by words", () => {
  const all = operationsOf(DOCUMENT);
  expect(all.map(({ id, errors }) => [id, errors])).toEqual([
    ["createKey", []],
    ["listItems", ["404"]],
  ]);
  expect(searchOperations(all, "get ITEMS").map(({ id }) => id)).toEqual(["listItems"]);
  expect(searchOperations(all, "nothing")).toEqual([]);
});

test("a schema is a list of lines, and its example has what is required", () => {
  const body = operationsOf(DOCUMENT)[0]!.body!;
  expect(schemaLines(body, DOCUMENT).map(({ name, type, required }) => [name, type, required])).toEqual([
    ["name", "string", true],
    ["kind", '"secret" | "scoped"', true],
    ["ranges", "object[]", false],
    ["ranges[].from", "uuid", false],
    ["until", "string | null", false],
  ]);
  expect(exampleOf(body, DOCUMENT)).toEqual({ name: "", kind: "secret" });
});
