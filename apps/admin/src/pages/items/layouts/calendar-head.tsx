import { Trans, useLingui } from "@lingui/react/macro";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { Button } from "../../../ui/button.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import { SegmentedControl } from "../../../ui/segmented-control.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import type { Span } from "../layout-state.ts";
import { type Day, dateOf, turn } from "./calendar-days.ts";

export interface CalendarHeadProps {
  readonly span: Span;
  readonly day: Day;
  readonly days: readonly Day[];
  readonly today: Day;
  readonly loading: boolean;
  readonly onChange: (next: { span?: Span; day?: Day }) => void;
}

export function CalendarHead({ span, day, days, today, loading, onChange }: CalendarHeadProps) {
  const { t, i18n } = useLingui();
  return (
    <div className="flex flex-wrap items-center gap-2">
      <IconButton
        size="sm"
        label={span === "month" ? t`Month before` : t`Week before`}
        icon={<ChevronLeft aria-hidden />}
        onClick={() => onChange({ day: turn(day, span, -1) })}
      />
      <IconButton
        size="sm"
        label={span === "month" ? t`Next month` : t`Next week`}
        icon={<ChevronRight aria-hidden />}
        onClick={() => onChange({ day: turn(day, span, 1) })}
      />
      <Button size="sm" disabled={days.includes(today) && day === today} onClick={() => onChange({ day: today })}>
        <Trans>Today</Trans>
      </Button>
      <h2 className="font-semibold text-base max-sm:order-first max-sm:basis-full" aria-live="polite">
        {spanName(span, day, days, i18n.locale)}
      </h2>
      {loading && <Spinner />}
      <SegmentedControl
        aria-label={t`Span`}
        className="ml-auto"
        value={span}
        onValueChange={(next) => onChange({ span: next })}
        options={[
          { value: "month", label: t`Month` },
          { value: "week", label: t`Week` },
        ]}
      />
    </div>
  );
}

function spanName(span: Span, day: Day, days: readonly Day[], locale: string): string {
  if (span === "month") return new Intl.DateTimeFormat(locale, { month: "long", year: "numeric" }).format(dateOf(day));
  const format = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
  return format.formatRange(dateOf(days[0]!), dateOf(days.at(-1)!));
}
