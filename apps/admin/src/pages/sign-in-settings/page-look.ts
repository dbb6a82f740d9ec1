import type { HexColour } from "@plinth/core";

const COLOUR = /^#[0-9a-f]{6}$/i;

/** A colour that is whole; while somebody still types one, the page's own counts. */
export function wantedAccent(value: unknown): HexColour | null {
  return typeof value === "string" && COLOUR.test(value) ? (value.toLowerCase() as HexColour) : null;
}

/**
 * The logo of the hosted pages; null: Plinth's mark. Without `src` where the admin may not load it: its policy allows pictures
 * of its own origin, and those that are part of the address.
 */
export function logoIn(value: unknown, apiUrl: string, sameOrigin: boolean): { readonly src?: string } | null {
  if (typeof value !== "string" || value.trim() === "") return null;
  if (value.startsWith("data:image/")) return { src: value };
  if (!sameOrigin) return {};
  const url = URL.canParse(value, apiUrl) ? new URL(value, apiUrl) : undefined;
  return url?.origin === new URL(apiUrl).origin && value.length > 1 ? { src: url.href } : {};
}
