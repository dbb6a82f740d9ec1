import { useLingui } from "@lingui/react/macro";
import type { Json } from "@plinth/core";
import { useCallback } from "react";
import { dateOf } from "./calendar-days.ts";
import type { Bucket, Grouping } from "./groups.ts";

/** What a group is called: the value, the time of a part of the calendar, or the title of the item that a relation leads to. */
export function useGroupName(
  { bucket }: Grouping,
  titles: ReadonlyMap<string, string> | undefined,
): (value: Json) => string {
  const { t, i18n } = useLingui();
  return useCallback(
    (value) => {
      if (value === null) return t`No value`;
      if (typeof value === "boolean") return value ? t`Yes` : t`No`;
      if (bucket && typeof value === "string") return bucketName(value, bucket, i18n.locale);
      return titles?.get(String(value)) ?? String(value);
    },
    [bucket, titles, t, i18n],
  );
}

function bucketName(value: string, bucket: Bucket, locale: string): string {
  const at = dateOf(value.slice(0, 10));
  if (bucket === "year") return String(at.getFullYear());
  if (bucket === "quarter") return `${at.getFullYear()} Q${Math.floor(at.getMonth() / 3) + 1}`;
  const month = { month: "long", year: "numeric" } as const;
  return new Intl.DateTimeFormat(locale, bucket === "month" ? month : { dateStyle: "medium" }).format(at);
}
