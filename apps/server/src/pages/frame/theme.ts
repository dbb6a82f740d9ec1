import { type HexColour, inkOn, readableOn } from "./contrast.ts";

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

/** What text in a small size needs (WCAG 2.2, 1.4.3). */
const LEAST_CONTRAST = 4.5;

interface Palette {
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

export const LIGHT: Palette = {
  paper: "#faf8f5",
  raised: "#ffffff",
  ink: "#1f1b16",
  soft: "#6b6258",
  line: "#e4ddd3",
  edge: "#8f857a",
  accent: "#a2481f",
  wrong: "#a3211b",
  code: "#f1ece4",
};

export const DARK: Palette = {
  paper: "#171513",
  raised: "#1f1c19",
  ink: "#ede6dc",
  soft: "#a2988b",
  line: "#37312b",
  edge: "#7d7368",
  accent: "#e08a5b",
  wrong: "#ff9187",
  code: "#26221e",
};

/** Both palettes as custom properties. The accent is made darker or lighter where it could not be read. */
export function paletteStyle({ accent }: Theme): string {
  return `:root { ${declarations(LIGHT, accent, "black")} }
@media (prefers-color-scheme: dark) { :root { ${declarations(DARK, accent, "white")} } }`;
}

function declarations(palette: Palette, wanted: HexColour | null, towards: "black" | "white"): string {
  const accent = readableAccent(palette, wanted ?? palette.accent, towards);
  const all = { ...palette, accent, "on-accent": inkOn(accent) };
  return Object.entries(all)
    .map(([name, colour]) => `--${name}: ${colour};`)
    .join(" ");
}

function readableAccent({ paper, raised }: Palette, colour: HexColour, towards: "black" | "white"): HexColour {
  return readableOn([paper, raised], colour, { towards, least: LEAST_CONTRAST });
}

/** The sources of images that a page with this theme needs, for its policy. */
export function imageSources({ logoUrl }: Theme): string {
  if (logoUrl === null || logoUrl.startsWith("data:")) return "data:";
  return logoUrl.startsWith("/") ? "data: 'self'" : `data: ${new URL(logoUrl).origin}`;
}
