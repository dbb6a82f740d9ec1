import { Trans, useLingui } from "@lingui/react/macro";
import type { Approval } from "@plinth/client/flows";
import { Check, X } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { useApiMutation } from "../api/hooks.ts";
import { PageLink } from "../app/page-link.tsx";
import { PartyName } from "../app/party-name.tsx";
import { useParties } from "../data/parties.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Field } from "../ui/field.tsx";
import { JsonView } from "../ui/json-view.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.ts";

interface ApprovalCardProps {
  readonly approval: Approval;
  /** The operator is among those who may decide, and has not yet. */
  readonly mayDecide: boolean;
  /** The run stands around it. */
  readonly isInRun?: boolean;
}

/** One question of a flow, with what was decided, and the buttons for whoever may decide. */
export function ApprovalCard({ approval, mayDecide, isInRun = false }: ApprovalCardProps): ReactNode {
  const { flow, run, title, question, details, state, created_at, expires_at } = approval;
  return (
    <article className="flex flex-col gap-3 rounded-lg border bg-surface p-4">
      <header className="flex flex-wrap items-start gap-x-3 gap-y-1">
        <h2 className="min-w-0 flex-1 basis-60 whitespace-pre-wrap break-words font-semibold text-base">{question}</h2>
        <ApprovalState state={state} />
      </header>
      <p className="flex flex-wrap gap-x-3 text-muted text-xs">
        {!isInRun && (
          <PageLink path={`flows/${flow}/runs/${run}`} className="hover:underline">
            {title ?? flow}
          </PageLink>
        )}
        <span>
          <Trans>
            Asked <Time value={created_at} />
          </Trans>
        </span>
        {state === "pending" && (
          <span>
            <Trans>
              Expires <Time value={expires_at} />
            </Trans>
          </span>
        )}
      </p>
      {details !== null && <Details approval={approval} />}
      <Voters approval={approval} />
      {mayDecide && <DecisionForm approval={approval} />}
    </article>
  );
}

function Details({ approval: { question, details } }: Pick<ApprovalCardProps, "approval">): ReactNode {
  const { t } = useLingui();
  return <JsonView value={details} depth={2} label={t`Details of: ${question}`} className="max-h-80" />;
}

const TONES = {
  pending: "info",
  approved: "success",
  rejected: "danger",
  expired: "neutral",
  cancelled: "neutral",
} as const;

function ApprovalState({ state }: Pick<Approval, "state">): ReactNode {
  const { t } = useLingui();
  const names = {
    pending: t`Waits`,
    approved: t`Approved`,
    rejected: t`Rejected`,
    expired: t`Expired`,
    cancelled: t`Cancelled`,
  };
  return <Badge tone={TONES[state]}>{names[state]}</Badge>;
}

/** Who may decide, and who has. */
function Voters({ approval }: Pick<ApprovalCardProps, "approval">): ReactNode {
  const { t } = useLingui();
  const { approvers, decisions, needs, state } = approval;
  const names = useMemo(
    () => [...(approvers ?? []), ...decisions.flatMap(({ by }) => by ?? [])],
    [approvers, decisions],
  );
  const partyOf = useParties(names);
  return (
    <div className="flex flex-col gap-1 text-sm">
      {decisions.map(({ by, decision, comment, created_at }, at) => (
        <p key={`${by ?? at} ${created_at}`} className="break-words">
          <Badge tone={decision === "approve" ? "success" : "danger"}>
            {decision === "approve" ? t`Approved` : t`Rejected`}
          </Badge>{" "}
          {by !== null && <PartyName name={by} party={partyOf(by)} />}{" "}
          <Time value={created_at} className="text-muted text-xs" />
          {comment !== "" && <span className="block whitespace-pre-wrap text-muted">{comment}</span>}
        </p>
      ))}
      {state === "pending" && (
        <p className="break-words text-muted text-xs">
          {t`Needed: ${needs}`}
          {approvers && <> · {t`Who may decide: ${approvers.map((name) => partyOf(name).label).join(", ")}`}</>}
        </p>
      )}
    </div>
  );
}

type Decision = Approval["decisions"][number]["decision"];

function DecisionForm({ approval: { id } }: Pick<ApprovalCardProps, "approval">): ReactNode {
  const { t } = useLingui();
  const [comment, setComment] = useState("");
  const decide = useApiMutation({
    run: (api, decision: Decision) => api.post<Approval>(`approvals/${id}/decide`, { decision, comment }),
    changes: ["approvals", "flow-runs"],
    onDone: (_, decision) => toast.success(decision === "approve" ? t`You have approved it` : t`You have rejected it`),
  });
  const button = (decision: Decision) => ({
    pending: decide.isPending && decide.variables === decision,
    disabled: decide.isPending && decide.variables !== decision,
    onClick: () => decide.mutate(decision),
  });
  return (
    <div className="flex flex-col gap-3 border-t pt-3">
      <Field label={t`Comment`}>
        <Textarea rows={1} value={comment} onChange={({ target }) => setComment(target.value)} className="min-h-8" />
      </Field>
      {decide.error && <ErrorState inline error={decide.error} />}
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" icon={<Check aria-hidden />} {...button("approve")}>
          <Trans>Approve</Trans>
        </Button>
        <Button className="text-danger-ink" icon={<X aria-hidden />} {...button("reject")}>
          <Trans>Reject</Trans>
        </Button>
      </div>
    </div>
  );
}
