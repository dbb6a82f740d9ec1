import { useLingui } from "@lingui/react/macro";
import type { Json } from "@plinth/core";
import { type ReactNode, useMemo, useState } from "react";
import { BarChart } from "../../../ui/chart.tsx";
import { Select } from "../../../ui/select.tsx";
import type { Group, Sum } from "./groups.ts";
import { sumName } from "./sum-name.ts";

/** More bars cannot be told apart. */
const MOST_BARS = 40;
const ITEMS = "items";

interface GroupChartProps {
  readonly label: string;
  readonly groups: readonly Group[];
  readonly sums: readonly Sum[];
  /** They are parts of the calendar, of which the newest is first. */
  readonly inTime: boolean;
  readonly nameOf: (value: Json) => string;
}

/** One measure of the groups as bars: counts and sums have different units. */
export function GroupChart({ label, groups, sums, inTime, nameOf }: GroupChartProps): ReactNode {
  const { t, i18n } = useLingui();
  const [chosen, setChosen] = useState(ITEMS);
  const at = sums.findIndex(({ key }) => key === chosen);
  const measures = [
    { value: ITEMS, label: t`Items` },
    ...sums.map((sum) => ({ value: sum.key, label: i18n._(sumName(sum)) })),
  ];
  const measure = measures[at + 1]!;
  const shown = useMemo(() => {
    const first = groups.slice(0, MOST_BARS);
    return inTime ? first.toReversed() : first;
  }, [groups, inTime]);
  const rows = shown.map((group) => ({
    x: nameOf(group.value),
    values: { value: at < 0 ? group.items : numberOf(group.sums[at]) },
  }));
  return (
    <section aria-label={label} className="flex flex-col gap-2 rounded-lg border bg-surface p-3">
      {sums.length > 0 && (
        <Select
          aria-label={t`What the chart shows`}
          value={measure.value}
          options={measures}
          onValueChange={setChosen}
          className="w-fit"
        />
      )}
      <BarChart label={label} x="name" rows={rows} series={[{ key: "value", label: measure.label }]} />
      {groups.length > shown.length && (
        <p className="text-muted text-xs">
          {inTime
            ? t`The newest ${MOST_BARS} groups are drawn.`
            : t`The ${MOST_BARS} groups with most items are drawn.`}
        </p>
      )}
    </section>
  );
}

/** For a drawing, the nearest number is exact enough. */
function numberOf(value: Json | undefined): number | null {
  const number = value === null || value === undefined ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : null;
}
