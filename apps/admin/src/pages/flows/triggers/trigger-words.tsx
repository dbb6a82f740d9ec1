import { useLingui } from "@lingui/react/macro";
import type { ScheduleTrigger } from "@plinth/client/schedules";
import type { ReactNode } from "react";
import { WhenText } from "../../../triggers/when-text.tsx";
import type { FlowTrigger } from "../draft/content.ts";

const TIMED: ReadonlySet<string> = new Set(["cron", "change", "date", "job_failed"]);

export const isTimed = (trigger: FlowTrigger): trigger is FlowTrigger & ScheduleTrigger => TIMED.has(trigger.type);

/** What types of triggers are called; one that this page does not know by its own name. */
export function useTriggerTitle(): (type: string) => string {
  const { t } = useLingui();
  const names: Readonly<Record<string, string>> = {
    manual: t`By hand or by the API`,
    webhook: t`By a signed message`,
    cron: t`At times`,
    change: t`When items change`,
    date: t`On a date of an item`,
    job_failed: t`When jobs fail`,
  };
  return (type) => (Object.hasOwn(names, type) ? names[type]! : type);
}

/** One trigger in a line. */
export function TriggerWords({ trigger }: { readonly trigger: FlowTrigger }): ReactNode {
  const titleOf = useTriggerTitle();
  return (
    <>
      {titleOf(trigger.type)}
      {isTimed(trigger) && (
        <>
          : <WhenText when={trigger} />
        </>
      )}
    </>
  );
}
