import { type HexColour, pagePalette } from "@plinth/core";

/** How the pages of a workspace look. */
export interface Theme {
  /** Beside the logo, and in titles. */
  readonly name: string;
  /** Null: Plinth's mark. */
  readonly logoUrl: string | null;
  /** Null: Plinth's own. */
  readonly accent: HexColour | null;
}

export const PLINTH: Theme = { name: "Plinth", logoUrl: null, accent: null };

/** Both palettes as custom properties. */
export function paletteStyle({ accent }: Theme): string {
  return `:root { ${declarations("light", accent)} }
@media (prefers-color-scheme: dark) { :root { ${declarations("dark", accent)} } }`;
}

function declarations(scheme: "light" | "dark", accent: HexColour | null): string {
  return Object.entries(pagePalette(scheme, accent))
    .map(([name, colour]) => `--${name}: ${colour};`)
    .join(" ");
}

/** The sources of images that a page with this theme needs, for its policy. */
export function imageSources({ logoUrl }: Theme): string {
  if (logoUrl === null || logoUrl.startsWith("data:")) return "data:";
  return logoUrl.startsWith("/") ? "data: 'self'" : `data: ${new URL(logoUrl).origin}`;
}
