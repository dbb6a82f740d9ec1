import { useLingui } from "@lingui/react";
import { Bar, BarChart, CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import type { DrawnChart } from "./chart.tsx";
import { seriesColor } from "./chart-data.ts";
import { formatDateTime } from "./format.ts";

const AXIS = {
  stroke: "var(--color-line)",
  tick: { fill: "var(--color-muted)", fontSize: 11 },
  tickLine: false,
} as const;

const TOOLTIP = {
  contentStyle: {
    background: "var(--color-raised)",
    border: "1px solid var(--color-line)",
    borderRadius: "var(--radius-md)",
    boxShadow: "var(--shadow-pop)",
    fontSize: 12,
  },
  itemStyle: { color: "var(--color-ink)" },
  labelStyle: { color: "var(--color-muted)" },
  cursor: { stroke: "var(--color-line-strong)", fill: "var(--color-hover)" },
} as const;

export default function ChartDrawing({ label, rows, series, x, format, stacked, kind }: DrawnChart) {
  const { i18n } = useLingui();
  const isTime = x === "time";
  const data = rows.map((row) => ({ ...row.values, x: isTime ? new Date(row.x).getTime() : row.x }));
  const span = isTime && rows.length > 1 ? new Date(rows.at(-1)!.x).getTime() - new Date(rows[0]!.x).getTime() : 0;
  const short = new Intl.DateTimeFormat(
    i18n.locale,
    span > 2 * 86_400_000 ? { month: "short", day: "numeric" } : { hour: "2-digit", minute: "2-digit" },
  );
  const Frame = kind === "line" ? LineChart : BarChart;
  return (
    <ResponsiveContainer width="100%" height="100%">
      <Frame data={data} title={label} margin={{ top: 8, right: 8, bottom: 0, left: 0 }}>
        <CartesianGrid stroke="var(--color-line)" vertical={false} />
        <XAxis
          {...AXIS}
          dataKey="x"
          // Bars need places of equal width, lines the true distance of times.
          {...(isTime && kind === "line" ? { type: "number", scale: "time", domain: ["dataMin", "dataMax"] } : {})}
          tickFormatter={(value: number | string) => (isTime ? short.format(Number(value)) : String(value))}
          minTickGap={24}
        />
        <YAxis {...AXIS} width="auto" tickFormatter={format} allowDecimals={false} />
        <Tooltip
          {...TOOLTIP}
          isAnimationActive={false}
          labelFormatter={(value) => (isTime ? formatDateTime(new Date(Number(value)), i18n.locale) : value)}
          formatter={(value) => (typeof value === "number" ? format(value) : value)}
        />
        {series.map((entry, index) => {
          const color = seriesColor(entry, index);
          const common = { dataKey: entry.key, name: entry.label, isAnimationActive: false };
          return kind === "line" ? (
            <Line key={entry.key} {...common} stroke={color} strokeWidth={1.75} dot={false} type="monotone" />
          ) : (
            <Bar key={entry.key} {...common} fill={color} stackId={stacked ? "all" : undefined} maxBarSize={32} />
          );
        })}
      </Frame>
    </ResponsiveContainer>
  );
}
