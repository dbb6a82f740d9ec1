import { useLingui } from "@lingui/react/macro";
import { ChartLine, Table2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { type ChartRow, type ChartSeries, seriesColor } from "./chart-data.ts";
import { cn } from "./cn.ts";
import { formatCount, formatDateTime } from "./format.ts";
import { IconButton } from "./icon-button.tsx";
import { Skeleton } from "./skeleton.tsx";

export interface ChartProps {
  /** What it shows: "Requests a minute". */
  label: string;
  rows: readonly ChartRow[];
  series: readonly ChartSeries[];
  /** Whether `x` is a time, or a name. */
  x?: "time" | "name";
  format?: (value: number) => string;
  stacked?: boolean;
  /** Its height; 14rem unless this says otherwise. */
  className?: string;
}

export type DrawnChart = Required<Pick<ChartProps, "label" | "rows" | "series" | "x" | "format" | "stacked">> & {
  kind: "line" | "bar";
};

const Drawing = lazy(() => import("./chart-drawing.tsx"));

export function LineChart(props: ChartProps) {
  return <Chart {...props} kind="line" />;
}

export function BarChart(props: ChartProps) {
  return <Chart {...props} kind="bar" />;
}

/** A drawing, and the same as a table for who cannot see it or wants the numbers. */
function Chart({
  className,
  x = "time",
  stacked = false,
  format,
  kind,
  ...rest
}: ChartProps & { kind: "line" | "bar" }) {
  const { t, i18n } = useLingui();
  const [asTable, setAsTable] = useState(false);
  const chart: DrawnChart = {
    ...rest,
    x,
    stacked,
    kind,
    format: format ?? ((value) => formatCount(value, i18n.locale)),
  };
  return (
    <figure aria-label={rest.label} className="relative min-w-0">
      <div className="flex min-h-6 items-center gap-2">
        <figcaption className="flex min-w-0 flex-1 flex-wrap gap-x-3 gap-y-1 text-muted text-xs">
          <Legend series={rest.series} />
        </figcaption>
        <IconButton
          size="sm"
          label={asTable ? t`Show as a chart` : t`Show as a table`}
          icon={asTable ? <ChartLine aria-hidden /> : <Table2 aria-hidden />}
          onClick={() => setAsTable(!asTable)}
        />
      </div>
      <div className={cn("h-56 min-w-0", className)}>
        {asTable ? (
          <ChartTable {...chart} />
        ) : (
          <Suspense fallback={<Skeleton className="h-full" />}>
            <Drawing {...chart} />
          </Suspense>
        )}
      </div>
    </figure>
  );
}

function Legend({ series }: { series: readonly ChartSeries[] }) {
  return series.map((entry, index) => (
    <span key={entry.key} className="inline-flex items-center gap-1">
      <svg aria-hidden viewBox="0 0 8 8" className="size-2">
        <circle cx={4} cy={4} r={4} fill={seriesColor(entry, index)} />
      </svg>
      {entry.label}
    </span>
  ));
}

function ChartTable({ label, rows, series, x, format }: DrawnChart) {
  const { t, i18n } = useLingui();
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
      tabIndex={0}
      className="h-full overflow-auto rounded-md border"
    >
      <table className="w-full text-xs tabular-nums">
        <thead className="sticky top-0 bg-sunken text-muted">
          <tr>
            <th scope="col" className="px-2 py-1 text-left font-medium">
              {x === "time" ? t`Time` : t`Name`}
            </th>
            {series.map((entry) => (
              <th key={entry.key} scope="col" className="px-2 py-1 text-right font-medium">
                {entry.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.x} className="border-t">
              <th scope="row" className="px-2 py-1 text-left font-normal">
                {x === "time" ? formatDateTime(new Date(row.x), i18n.locale) : row.x}
              </th>
              {series.map((entry) => {
                const value = row.values[entry.key];
                return (
                  <td key={entry.key} className="px-2 py-1 text-right">
                    {value === null || value === undefined ? "–" : format(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
