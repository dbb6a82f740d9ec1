import { expect, test } from "bun:test";
import { testApp } from "../../apps/server/src/testing/app.ts";
import { QUERY_OPTIONS } from "../../packages/client/src/live.ts";

interface Schema {
  readonly $ref?: string;
  readonly properties?: Record<string, unknown>;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

interface Document {
  readonly paths: Record<string, Record<string, { requestBody: { content: Record<string, { schema: Schema }> } }>>;
}

test("the client takes every option of a live query that the server takes, and no other", async () => {
  const { paths } = (await (await testApp().call("/api/openapi.json")).json()) as Document;
  const { schema } = paths["/api/live"]!.post!.requestBody.content["application/json"]!;
  const forms = schema.anyOf ?? schema.oneOf ?? [schema];
  const names = new Set(forms.flatMap(({ properties = {} }) => Object.keys(properties)));
  expect([...names].sort()).toEqual([...QUERY_OPTIONS].sort());
});
