/** No list leaves anything out without a word: it comes in pages, or docs/limits.md says how many entries it has at most. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { PROTOCOLS } from "../protocols/index.ts";
import type { JsonSchema } from "./openapi/json-schema.ts";
import type { Route } from "./route.ts";

const items = { slug: null, item: {}, create: {}, patch: {}, maxLimit: 1000 };
const may = { read: true, create: true, update: true, delete: true };

interface Answer {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

/** Lists that say themselves whether there is more. */
const GOES_ON = ["next_cursor", "next"];
/** Of items, by their own parameters. */
const OF_ITEMS = ["/api/items/:slug", "/api/items/:slug/export"];

function isWholeList({ method, path, response }: Route): boolean {
  if (method !== "get" || OF_ITEMS.includes(path)) return false;
  const answer = response({ ...items, may }) as Answer;
  const list = answer.type === "array" || answer.properties?.data?.type === "array";
  return list && !GOES_ON.some((name) => answer.properties?.[name]);
}

test("every list has pages or a limit that is documented", () => {
  const routes = PROTOCOLS.flatMap((protocol) => protocol.routes);
  const whole = routes.filter(isWholeList).map(({ path }) => `GET ${path}`);
  const page = readFileSync(new URL("../../../../docs/limits.md", import.meta.url), "utf8");
  const [, section = ""] = page.split("\n## Lists\n");
  const rows = section
    .split("\n## ")[0]!
    .split("\n")
    .filter((line) => line.startsWith("| `GET "));
  const documented = rows.flatMap((row) => row.split("|")[1]!.match(/GET [^`]+/g) ?? []);
  expect(whole.toSorted()).toEqual(documented.toSorted());
});
