import { useLingui } from "@lingui/react";
import { useEffect, useState } from "react";
import { cn } from "./cn.ts";
import { formatDateTime, formatRelative, relativeInterval } from "./format.ts";

export interface TimeProps {
  /** ISO 8601, milliseconds or a date. */
  value: string | number | Date;
  /** Shows the date and time itself instead of "5 minutes ago". */
  absolute?: boolean;
  className?: string;
}

/** The exact time is the browser's own tooltip: lists show hundreds of these. */
export function Time({ value, absolute = false, className }: TimeProps) {
  const { i18n } = useLingui();
  const [now, setNow] = useState(() => new Date());
  const time = new Date(value).getTime();
  useEffect(() => {
    if (absolute || Number.isNaN(time)) return;
    const timer = setTimeout(() => setNow(new Date()), relativeInterval(new Date(time), now));
    return () => clearTimeout(timer);
  }, [absolute, time, now]);
  if (Number.isNaN(time)) return <span className={className}>{String(value)}</span>;
  const at = new Date(time);
  const full = formatDateTime(at, i18n.locale);
  return (
    <time
      dateTime={at.toISOString()}
      title={absolute ? at.toISOString() : full}
      className={cn("whitespace-nowrap", className)}
    >
      {absolute ? full : formatRelative(at, now, i18n.locale)}
    </time>
  );
}
