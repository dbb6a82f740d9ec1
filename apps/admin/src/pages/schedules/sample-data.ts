import type { FillSample } from "../../app/sample-data.ts";

/** A schedule by times that was run by hand, and a paused one by dates. */
export const fillSample: FillSample = async (api) => {
  const { data: report } = await api("/schedules", {
    name: "Morning report",
    when: { type: "cron", schedule: "0 7 * * mon-fri", zone: "Europe/Berlin" },
    job: { name: "report", payload: { sales: true } },
  });
  await api(`/schedules/${report.id}/run`, {});
  const { data: dates } = await api("/schedules", {
    name: "Reminders",
    when: { type: "date", collection: "books", field: "published", offset: -3 * 86_400, filter: { in_print: true } },
    job: { name: "remind" },
    enabled: false,
  });
  return { schedule: report.id, schedule_of_dates: dates.id };
};
