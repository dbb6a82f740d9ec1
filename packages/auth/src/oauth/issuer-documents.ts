import type { Clock } from "@plinth/core";

/** Public documents of issuers, such as their keys, kept for a while. */
export interface IssuerDocuments {
  /** The document, not older than this; loaded if need be. */
  get(url: string, maxAgeMs: number, load: () => Promise<object>): Promise<object>;
}

const MAX_DOCUMENTS = 500;

/** Bounded; the oldest is dropped first. A failed load is not kept. */
export function issuerDocuments(clock: Clock): IssuerDocuments {
  const kept = new Map<string, { readonly document: object; readonly at: number }>();
  return {
    async get(url, maxAgeMs, load) {
      const found = kept.get(url);
      const age = found ? clock.now() - found.at : Number.NaN;
      // If the clock was set back, a document must not be kept longer.
      if (found && age >= 0 && age <= maxAgeMs) return found.document;
      const at = clock.now();
      const document = await load();
      kept.delete(url);
      if (kept.size >= MAX_DOCUMENTS) kept.delete(kept.keys().next().value!);
      kept.set(url, { document, at });
      return document;
    },
  };
}
