import { useLingui } from "@lingui/react/macro";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactNode, useDeferredValue } from "react";
import { apiKey } from "../api/hooks.ts";
import { useWorkspace } from "../api/workspace.ts";
import { errorWords } from "../ui/error-words.ts";
import { formatDateTime } from "../ui/format.ts";

interface NextTimesProps {
  readonly schedule: string;
  readonly zone: string;
}

/** The next times that an expression means, in its own zone, while it is written. */
export function NextTimes(asked: NextTimesProps): ReactNode {
  const { t, i18n } = useLingui();
  const { slug, api } = useWorkspace();
  const schedule = useDeferredValue(asked.schedule);
  const { zone } = asked;
  const { data, error } = useQuery({
    queryKey: [...apiKey(slug, "schedules"), "preview", schedule, zone],
    queryFn: () =>
      api.post<{ readonly times: readonly string[] }>("schedule-preview", { when: { type: "cron", schedule, zone } }),
    enabled: schedule.trim() !== "",
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (error) return <p className="text-danger-ink text-sm">{errorWords(error)}</p>;
  if (!data) return null;
  return (
    <section aria-label={t`Next times`} className="text-sm">
      <p className="font-medium">{t`Next times`}</p>
      <ol className="list-disc pl-5 text-muted">
        {data.times.map((time) => (
          <li key={time}>{formatDateTime(new Date(time), i18n.locale, zone)}</li>
        ))}
      </ol>
    </section>
  );
}
