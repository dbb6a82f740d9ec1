import { createHash } from "node:crypto";

/**
 * Idempotency keys that the same command finds again. They depend on what the file holds, the collection and `--run`, but
 * not on the options that decide what becomes of the rows. So a command that was interrupted continues when it is
 * repeated, and the server, as long as it keeps the keys, refuses to add the rows of a file again with other options.
 */
export interface RunKeys {
  /** The request that creates this collection. */
  forCollection(definition: object): string;
  /** A part of the file, by its rows; `collection` identifies the collection that they go to. */
  forRows(collection: string, first: number, last: number): string;
}

export function runKeys(digest: string, run: string): RunKeys {
  const keyOf = (...parts: unknown[]): string =>
    `import-${createHash("sha256")
      .update(JSON.stringify([digest, run, ...parts]))
      .digest("base64url")}`;
  return {
    forCollection: (definition) => keyOf("collection", definition),
    forRows: (collection, first, last) => keyOf("rows", collection, first, last),
  };
}

/** Keys for requests that no other command continues. */
export function freshKeys(): RunKeys {
  const fresh = (): string => crypto.randomUUID();
  return { forCollection: fresh, forRows: fresh };
}
