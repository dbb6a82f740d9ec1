import type { Json } from "@plinth/core";

/**
 * Ids that the server makes differ from run to run, so they are called by when they were first seen. Cases give their
 * own ids a first digit other than 0, which those of this century have.
 */
export class Names {
  readonly #known = new Map<string, string>();

  settle<T>(value: T): T {
    return this.#replace(value as Json) as T;
  }

  #replace(value: Json): Json {
    if (typeof value === "string") return MADE.test(value) ? this.#nameOf(value) : value;
    if (Array.isArray(value)) return value.map((item) => this.#replace(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#replace(item)]));
  }

  #nameOf(id: string): string {
    let name = this.#known.get(id);
    if (!name) {
      name = `made-${this.#known.size + 1}`;
      this.#known.set(id, name);
    }
    return name;
  }
}

/** Versions 7 of this century; workspaces have eight zeros. */
const MADE = /^0(?!0000000)[0-9a-f]{7}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
