import { expect, test } from "bun:test";
import type { LoadClass } from "../context.ts";
import { PROTOCOLS } from "../protocols/index.ts";
import { testApp } from "../testing/app.ts";
import { defineRoute } from "./define-route.ts";
import { NATIVE } from "./native.ts";
import type { Needs, Route } from "./route.ts";

const mounting = (...routes: Route[]) => {
  const toy = { ...NATIVE, name: "toy", bases: ["/toy"], routes };
  return () => testApp({}, { protocols: [...PROTOCOLS, toy] });
};

function route(path: string, needs: Needs, load?: LoadClass): Route {
  return defineRoute(`GET ${path}`, {
    id: "toy",
    tag: "Toy",
    summary: "A toy",
    access: "anyone",
    needs,
    ...(load && { load }),
    response: () => ({}),
    handle: () => new Response(),
  });
}

test("a load without a caller is refused, because nobody could be given a slot", () => {
  for (const needs of ["nothing", "database"] as const) {
    expect(mounting(route("/toy/slow", needs, "bulk"))).toThrow(
      `GET /toy/slow: \`load: "bulk"\` needs a known caller, because slots are shared out by caller, but \`needs\` is "${needs}".`,
    );
  }
  expect(mounting(route("/toy/slow", "caller", "bulk"))).not.toThrow();
});
