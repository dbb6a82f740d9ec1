import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { formatCount } from "../../../ui/format.ts";

/** The server counts no further. */
const MOST_COUNTED = 10_000;

interface CountTextProps {
  readonly count: number;
  /** More than none is a sign of trouble. */
  readonly isBad?: boolean;
}

/** How many jobs there are; from ten thousand on, that there are so many. */
export function CountText({ count, isBad = false }: CountTextProps): ReactNode {
  const { i18n } = useLingui();
  const text = `${formatCount(count, i18n.locale)}${count >= MOST_COUNTED ? "+" : ""}`;
  return <span className={isBad && count > 0 ? "text-danger-ink" : undefined}>{text}</span>;
}
