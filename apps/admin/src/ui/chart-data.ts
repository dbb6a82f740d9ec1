export interface ChartSeries {
  /** The key of the value in each row. */
  key: string;
  label: string;
  /** A colour of CSS; otherwise the next of the palette. */
  color?: string;
}

/** One place on the horizontal axis: `x` is a time in milliseconds, ISO 8601, or a name. */
export interface ChartRow {
  x: string | number;
  values: Readonly<Record<string, number | null | undefined>>;
}

const PALETTE = 6;

export const seriesColor = ({ color }: ChartSeries, index: number): string =>
  color ?? `var(--color-chart-${(index % PALETTE) + 1})`;

/** The points of a line through a box, for SVG. Gaps begin a new part. All values equal: a line in the middle. */
export function sparklinePath(values: readonly (number | null)[], width: number, height: number): string {
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  let path = "";
  let drawing = false;
  values.forEach((value, index) => {
    if (value === null) {
      drawing = false;
      return;
    }
    const share = most === least ? 0.5 : (value - least) / (most - least);
    path += `${drawing ? "L" : "M"}${round(index * step)} ${round(height - share * height)}`;
    drawing = true;
  });
  return path;
}

const round = (value: number): number => Math.round(value * 100) / 100;
