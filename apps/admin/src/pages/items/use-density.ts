import { useStored } from "../../ui/stored.ts";

export const DENSITIES = ["compact", "normal", "tall"] as const;
export type Density = (typeof DENSITIES)[number];

/** Of the grid's rows, in CSS pixels. */
export const ROW_HEIGHTS: Readonly<Record<Density, number>> = { compact: 26, normal: 32, tall: 52 };
/** Of a text in a row. */
export const LINES: Readonly<Record<Density, number>> = { compact: 1, normal: 1, tall: 2 };

/** How high the rows of all grids are, as this browser remembers it. */
export function useDensity(): readonly [Density, (density: Density) => void] {
  const [stored, setStored] = useStored("density", "normal");
  return [DENSITIES.find((density) => density === stored) ?? "normal", setStored];
}
