import { PlinthClientError } from "@plinth/client";
import type { CollectionInfo } from "../../data/collections.ts";
import { errorWords } from "../../ui/error-words.ts";

/** What the server has refused, at the field that it names: `tags.0` belongs to `tags`. */
export function problemsOf(error: unknown, { fields }: CollectionInfo): Record<string, string> {
  if (!(error instanceof PlinthClientError)) return {};
  const path = error.details?.field;
  if (typeof path !== "string") return {};
  const name = path.split(/[.[]/)[0] ?? "";
  return fields.some((field) => field.name === name) ? { [name]: errorWords(error) } : {};
}
