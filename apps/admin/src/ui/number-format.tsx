import { useLingui } from "@lingui/react";
import { formatBytes, formatCount } from "./format.ts";

export function Bytes({ value }: { value: number }) {
  const { i18n } = useLingui();
  return <span className="whitespace-nowrap tabular-nums">{formatBytes(value, i18n.locale)}</span>;
}

/** `compact` shows "1.2M" with the whole number as a title. */
export function Count({ value, compact = false }: { value: number | bigint; compact?: boolean }) {
  const { i18n } = useLingui();
  const whole = formatCount(value, i18n.locale);
  return (
    <span className="whitespace-nowrap tabular-nums" title={compact ? whole : undefined}>
      {compact ? formatCount(value, i18n.locale, true) : whole}
    </span>
  );
}
