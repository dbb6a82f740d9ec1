import { expect, mock, test } from "bun:test";
import { usesRequestAlone } from "./uses-request.ts";

// The build replaces macros; a test runs without the build.
mock.module("@lingui/core/macro", () => ({
  msg: (text: TemplateStringsArray | { readonly message: string }) => {
    const message = "message" in text ? text.message : text[0];
    return { id: message, message };
  },
}));

const { FUNCTION_TEMPLATES } = await import("../pages/functions/templates.ts");

test("code that needs a request is known, whatever its comments and texts say", () => {
  const alone = [
    "export default async ({ request }) => (await request.json()).a;",
    "// a job starts it\nexport default (context) => context.request.json();",
    'export default ({ request }) => request.headers.get("job");',
  ];
  for (const source of alone) expect([source, usesRequestAlone(source)]).toEqual([source, true]);
  const other = [
    "export default async ({ request, job }) => (request ? await request.json() : job.payload);",
    "export default async ({ request }) => request?.json();",
    "export default ({ job }) => job.payload; // not request.json()",
    "export default () => 1;",
  ];
  for (const source of other) expect([source, usesRequestAlone(source)]).toEqual([source, false]);
});

test("a template that starts by itself needs no request, and the first one works either way", () => {
  const needs = FUNCTION_TEMPLATES.filter(({ form }) => usesRequestAlone(form.source)).map(({ id }) => id);
  expect(needs).toEqual(["receiver", "lookup"]);
});
