import { useLingui } from "@lingui/react/macro";
import type { Approval, FlowRun } from "@plinth/client/flows";
import type { ReactNode } from "react";
import { useApiList } from "../../../api/hooks.ts";
import { ApprovalCard } from "../../../approvals/approval-card.tsx";
import { hasEnded } from "./flow-run.ts";

/** Milliseconds. */
const EVERY = 3000;

/** What a run has asked people; nothing for one that has asked nobody. */
export function RunApprovals({ run }: { readonly run: FlowRun }): ReactNode {
  const { t } = useLingui();
  const every = hasEnded(run) ? {} : { every: EVERY };
  const asked = useApiList<Approval>("approvals", { run: run.id, of: "all" }, every);
  const mine = useApiList<Approval>("approvals", { run: run.id, of: "me", state: "pending" }, every);
  if (asked.rows.length === 0) return null;
  const open = new Set(mine.rows.map(({ id }) => id));
  return (
    <section aria-label={t`Approvals`} className="flex flex-col gap-3">
      {asked.rows.map((approval) => (
        <ApprovalCard key={approval.id} approval={approval} mayDecide={open.has(approval.id)} isInRun />
      ))}
    </section>
  );
}
