import { beforeAll, describe, expect, test } from "bun:test";
import { ERRORS, type Json, type JsonObject } from "@plinth/core";
import { Validator } from "@seriousme/openapi-schema-validator";
import Ajv, { type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { bearer, type TestApp, testApp } from "../../apps/server/src/testing/app.ts";

interface Document extends JsonObject {
  paths: Record<string, Record<string, JsonObject>>;
  components: Record<"schemas" | "responses" | "securitySchemes", Record<string, JsonObject>>;
}

const films: JsonObject = {
  slug: "films",
  note: "What was shown",
  fields: [
    { name: "title", type: "text", required: true, max_length: 100 },
    { name: "year", type: "integer", min: 1888 },
    { name: "budget", type: "decimal", precision: 12, scale: 2 },
    { name: "genre", type: "enum", values: ["Drama", "Comedy"], default: "Drama" },
    { name: "released", type: "date" },
    { name: "shown_at", type: "timestamp" },
    { name: "director", type: "relation", to: "people" },
    { name: "facts", type: "json" },
    { name: "seen", type: "boolean", required: true, default: false },
    { name: "remark_of_staff", type: "text" },
  ],
};

let world: TestApp;
let operator: Record<string, string>;
let user: Record<string, string>;

async function made(path: string, body: Json): Promise<JsonObject> {
  const response = await world.send(path, body, operator);
  expect([response.status, response.ok ? "" : await response.clone().text()]).toEqual([201, ""]);
  return ((await response.json()) as { data: JsonObject }).data;
}

async function documentFor(headers: Record<string, string>): Promise<Document> {
  const response = await world.call("/api/openapi.json", { headers });
  expect(response.status).toBe(200);
  return (await response.json()) as Document;
}

/** The names of all parameters and properties, at any depth. */
function namesIn(value: Json | object): string[] {
  if (typeof value !== "object" || value === null) return [];
  const { in: location, name, properties } = value as { in?: Json; name?: Json; properties?: JsonObject };
  return [
    ...(location !== undefined && typeof name === "string" && location !== "header" ? [name] : []),
    ...(typeof properties === "object" ? Object.keys(properties) : []),
    ...Object.values(value).flatMap((part: Json) => namesIn(part)),
  ];
}

beforeAll(async () => {
  world = testApp();
  operator = bearer(await world.signUp("operator@example.com"));
  user = bearer(await world.signUp("user@example.com"));
  await made("/api/collections", { slug: "people", fields: [{ name: "name", type: "text", required: true }] });
  await made("/api/collections", films);
  await made("/api/collections", { slug: "notes", kind: "document" });
  const list = { name: "films", type: "relation_many", to: "films", via: "director" };
  const changed = await world.send("/api/collections/people", { fields: [list] }, operator, "PATCH");
  expect(changed.status).toBe(200);
  await made("/api/permissions", {
    role: "public",
    collection: "films",
    action: "read",
    condition: { seen: true },
    fields: ["title", "year", "director"],
  });
  await made("/api/permissions", { role: "authenticated", collection: "films", action: "read" });
  await made("/api/permissions", { role: "authenticated", collection: "films", action: "create" });
});

describe("the document", () => {
  test("is valid OpenAPI 3.1, for whomever it is made", async () => {
    for (const headers of [{}, user, operator]) {
      const document = await documentFor(headers);
      expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
      expect(document.openapi).toBe("3.1.0");
    }
  });

  test("gives every operation an id of its own, and every reference an end", async () => {
    const document = await documentFor(operator);
    const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map((one) => one.operationId));
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, kind, name] of JSON.stringify(document).matchAll(/"#\/components\/(\w+)\/([^"]+)"/g)) {
      expect(document.components[kind as "schemas"]).toHaveProperty([name!]);
    }
    for (const [, location] of JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)) {
      expect(location).toStartWith("#/components/");
    }
  });

  test("spells parameters and properties in snake_case", async () => {
    const { paths, components } = await documentFor(operator);
    const named = namesIn([...Object.entries(paths), components]);
    expect(named.length).toBeGreaterThan(500);
    expect(named.filter((name) => /[a-z0-9][A-Z]/.test(name))).toEqual([]);
  });

  test("lists every error code", async () => {
    const { schemas, responses } = (await documentFor({})).components;
    expect(schemas.ErrorCode!.enum).toEqual(Object.keys(ERRORS));
    for (const [code, { status }] of Object.entries(ERRORS)) {
      expect(responses[`Error${status}`]!.description).toContain(`\`${code}\``);
    }
  });

  test("shows each caller what the rules let it see", async () => {
    const stranger = await documentFor({});
    expect(Object.keys(stranger.paths["/api/items/films"]!)).toEqual(["get"]);
    expect(Object.keys(stranger.components.schemas.films_item!.properties as object)).toEqual([
      "id",
      "title",
      "year",
      "director",
    ]);
    expect(JSON.stringify(stranger)).not.toContain("remark_of_staff");
    expect(stranger.paths).not.toHaveProperty("/api/items/people");
    const reader = await documentFor(user);
    expect(Object.keys(reader.paths["/api/items/films"]!)).toEqual(["get", "post"]);
    expect(reader.paths).not.toHaveProperty("/api/items/films/{id}.delete");
    const all = await documentFor(operator);
    expect(all.paths).toHaveProperty(["/api/items/people/{id}", "delete"]);
    expect(all.paths).toHaveProperty(["/api/items/notes", "post"]);
  });

  test("changes with the collections", async () => {
    await made("/api/collections", { slug: "later", fields: [] });
    expect((await documentFor(operator)).paths).toHaveProperty(["/api/items/later"]);
  });
});

describe("what is served", () => {
  let validate: (schema: string) => ValidateFunction;

  beforeAll(async () => {
    const { components } = await documentFor(operator);
    const ajv = addFormats(new Ajv({ strict: false }));
    ajv.addSchema({ $id: "api", components });
    validate = (name) => ajv.getSchema(`api#/components/schemas/${name}`)!;
  });

  const expectValid = (schema: string, value: unknown): void => {
    const check = validate(schema);
    expect([check(value), check.errors]).toEqual([true, null]);
  };

  test("items fit their schemas, plain and expanded", async () => {
    const director = await made("/api/items/people", { name: "Agnès Varda" });
    const full = {
      title: "Cléo de 5 à 7",
      year: 1962,
      budget: "64000.5",
      released: "1962-04-11",
      shown_at: "1962-04-11T20:00:00Z",
      director: director.id!,
      facts: { minutes: 90 },
      remark_of_staff: "x",
    };
    expectValid("films_create", full);
    expectValid("films_item", await made("/api/items/films", full));
    expectValid("films_item", await made("/api/items/films", { title: "Bare" }));
    const page = await world.call("/api/items/films?expand=director", { headers: operator });
    for (const row of ((await page.json()) as { data: Json[] }).data) expectValid("films_item", row);
    const people = await world.call("/api/items/people?expand=films", { headers: operator });
    for (const row of ((await people.json()) as { data: Json[] }).data) expectValid("people_item", row);
    expectValid("notes_item", await made("/api/items/notes", { anything: ["goes"] }));
    expect(validate("films_create")({ year: 1962 })).toBe(false);
    expect(validate("films_create")({ title: "A", nope: 1 })).toBe(false);
    expect(validate("films_patch")({ year: 1800 })).toBe(false);
  });

  test("definitions, rules, decisions and errors fit theirs", async () => {
    const read = async (path: string): Promise<Json> => {
      const response = await world.call(path, { headers: operator });
      return (await response.json()) as Json;
    };
    for (const one of ((await read("/api/collections")) as { data: Json[] }).data) expectValid("Collection", one);
    for (const one of ((await read("/api/permissions")) as { data: Json[] }).data) expectValid("Rule", one);
    const input = { collection: "films", action: "read", roles: ["public"] };
    const decision = await world.send("/api/permissions/simulate", input, operator);
    expectValid("Decision", ((await decision.json()) as { data: Json }).data);
    expectValid("Error", await read("/api/items/nothing"));
    expectValid("Error", await read('/api/items/films?filter={"nope":1}'));
  });
});
