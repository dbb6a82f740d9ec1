import type { Json } from "@plinth/core";
import type { Reply } from "./scenario.ts";

/** Answers whose keys WebAuthn defines, OpenAPI, and GraphQL with the connections of Relay. The properties that the document describes have a test of theirs. */
const OF_OTHERS = [
  /^\/api\/(?:(?:t\/[^/]+|operator)\/)?auth\/passkey\/generate-/,
  /^\/api\/openapi\.json$/,
  /^\/api\/graphql/,
];

/**
 * Answers whose `data` is what people store, or name in an aggregate or in the filter of a slow list. Scenarios store snake_case where they
 * look at it in other answers, so that those are checked whole.
 */
const OF_ITEMS = /^\/api\/(?:items\/[^/]+(?!\/import$)(\/|$)|insights\/queries(?:\?|$))/;

/** Throws where a key of Plinth's own is not in snake_case: in an answer, an event of a stream, or a row of NDJSON. */
export function requireSnakeCase(path: string, { text, json }: Pick<Reply, "text" | "json">): void {
  if (OF_OTHERS.some((pattern) => pattern.test(path))) return;
  for (const part of json === undefined ? partsOf(text) : [json]) {
    const key = camelCaseIn(withoutItems(path, part));
    if (key !== undefined) throw new Error(`the key ${key} in the answer of ${path} is not in snake_case`);
  }
}

function withoutItems(path: string, part: Json): Json {
  if (typeof part !== "object" || part === null || Array.isArray(part) || !OF_ITEMS.test(path)) return part;
  // A row of an export stands alone.
  if (!("data" in part || "error" in part)) return null;
  const { data: _, ...rest } = part;
  return rest;
}

/** The JSON in a text of lines: events as server-sent events have them, or rows. */
function partsOf(text: string): Json[] {
  return text.split("\n").flatMap((line) => {
    const found = /^(?:data: ?)?([{[].*)$/.exec(line)?.[1];
    if (found === undefined) return [];
    try {
      return [JSON.parse(found) as Json];
    } catch {
      return [];
    }
  });
}

function camelCaseIn(value: Json, path = ""): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, part] of Object.entries(value)) {
    const here = path === "" ? key : `${path}.${key}`;
    const found = /[a-z0-9][A-Z]/.test(key) ? here : camelCaseIn(part, here);
    if (found !== undefined) return found;
  }
  return undefined;
}
