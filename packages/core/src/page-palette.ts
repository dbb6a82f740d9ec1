import { type HexColour, inkOn, readableOn } from "./contrast.ts";

/** The colours of the pages that Plinth shows to a workspace's users, so that a preview has the same. */
export interface PagePalette {
  readonly paper: HexColour;
  readonly raised: HexColour;
  readonly ink: HexColour;
  readonly soft: HexColour;
  readonly line: HexColour;
  /** The border of what can be filled in. */
  readonly edge: HexColour;
  readonly accent: HexColour;
  readonly wrong: HexColour;
  readonly code: HexColour;
}

/** In both schemes, with the accent of Plinth itself. */
export const PAGE_PALETTES: Readonly<Record<"light" | "dark", PagePalette>> = {
  light: {
    paper: "#faf8f5",
    raised: "#ffffff",
    ink: "#1f1b16",
    soft: "#6b6258",
    line: "#e4ddd3",
    edge: "#8f857a",
    accent: "#a2481f",
    wrong: "#a3211b",
    code: "#f1ece4",
  },
  dark: {
    paper: "#171513",
    raised: "#1f1c19",
    ink: "#ede6dc",
    soft: "#a2988b",
    line: "#37312b",
    edge: "#7d7368",
    accent: "#e08a5b",
    wrong: "#ff9187",
    code: "#26221e",
  },
};

/** What text in a small size needs (WCAG 2.2, 1.4.3). */
const LEAST_CONTRAST = 4.5;

/** The palette of a scheme with an accent of the workspace's own, which is made darker or lighter where it could not be read. */
export function pagePalette(
  scheme: "light" | "dark",
  wanted: HexColour | null,
): PagePalette & { readonly "on-accent": HexColour } {
  const palette = PAGE_PALETTES[scheme];
  const accent = readableOn([palette.paper, palette.raised], wanted ?? palette.accent, {
    towards: scheme === "light" ? "black" : "white",
    least: LEAST_CONTRAST,
  });
  return { ...palette, accent, "on-accent": inkOn(accent) };
}
