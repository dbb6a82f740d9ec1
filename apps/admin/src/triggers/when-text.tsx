import { Plural } from "@lingui/react/macro";
import type { Schedule } from "@plinth/client/schedules";
import type { ReactNode } from "react";

/** When a schedule starts its job, in short. */
export function WhenText({ when }: Pick<Schedule, "when">): ReactNode {
  if (when.type === "cron")
    return (
      <>
        <code>{when.schedule}</code> {when.zone}
      </>
    );
  if (when.type === "change") return <code>{when.events.join(", ")}</code>;
  if (when.type === "job_failed") {
    const patterns = [when.queues, when.kinds, when.names].flatMap((each = []) => each);
    return <code>{patterns.length === 0 ? "*" : patterns.join(" ")}</code>;
  }
  const { collection, field, offset = 0 } = when;
  const days = Math.abs(offset) / 86_400;
  return (
    <>
      <code>
        {collection}.{field}
      </code>{" "}
      {offset < 0 && <Plural value={days} one="# day before" other="# days before" />}
      {offset > 0 && <Plural value={days} one="# day after" other="# days after" />}
    </>
  );
}
