import { invalid, type Json } from "@plinth/core";

/** A query parameter that is JSON. */
export function parseJsonParameter(name: string, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw invalid(name, "is not valid JSON");
  }
}
