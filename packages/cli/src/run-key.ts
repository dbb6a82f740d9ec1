import { createHash } from "node:crypto";

/**
 * Idempotency keys that the same command finds again. They depend on what the file holds, the collection, the options that
 * decide what becomes of the rows, and `--run`. So a command that was interrupted continues when it is repeated, and a
 * file that was imported before is recognised, as long as the server keeps the keys.
 */
export interface RunKeys {
  /** The request that creates this collection. */
  forCollection(definition: object): string;
  /** A part of the file, by its rows; `collection` identifies the collection that they go to. */
  forRows(collection: string, query: Readonly<Record<string, string>>, first: number, last: number): string;
}

export function runKeys(digest: string, run: string): RunKeys {
  const keyOf = (...parts: unknown[]): string =>
    `import-${createHash("sha256")
      .update(JSON.stringify([digest, run, ...parts]))
      .digest("base64url")}`;
  return {
    forCollection: (definition) => keyOf("collection", definition),
    forRows: (collection, query, first, last) => keyOf("rows", collection, Object.entries(query).sort(), first, last),
  };
}

/** Keys for requests that no other command continues. */
export function freshKeys(): RunKeys {
  const fresh = (): string => crypto.randomUUID();
  return { forCollection: fresh, forRows: fresh };
}
