import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Scale } from "lucide-react";
import type { ReactNode } from "react";
import { type RuleDecision, RuleExplanation } from "../../access/rule-explanation.tsx";
import { apiKey } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { Badge } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { address, type Question, requestOf } from "./question.ts";
import { QuestionForm } from "./question-form.tsx";

/** What the rules would decide for somebody, and by which rule. Nothing is written. */
export default function Simulate(): ReactNode {
  const { t } = useLingui();
  const [question, setQuestion] = useSearchState(address);
  return (
    <div className="flex flex-col gap-4 p-4 lg:p-6">
      <PageHeader
        title={t`Simulate`}
        description={t`What the rules decide for somebody, and which rule it is. Nothing is written.`}
        className="pb-0"
      />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[24rem_minmax(0,1fr)]">
        <Card title={t`Question`}>
          <QuestionForm question={question} onChange={setQuestion} />
        </Card>
        <Card title={t`Decision`}>
          <Answer question={question} />
        </Card>
      </div>
    </div>
  );
}

function Answer({ question }: { readonly question: Question }): ReactNode {
  const { t } = useLingui();
  const { slug, api } = useWorkspace();
  const body = requestOf(question);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: [...apiKey(slug, "permissions/simulate"), body ?? null],
    queryFn: () => api.post<RuleDecision>("permissions/simulate", body),
    enabled: body !== undefined,
    // Items and rules may have changed each time that somebody asks.
    staleTime: 0,
  });
  if (body === undefined) {
    return (
      <EmptyState icon={<Scale />} title={t`Choose a collection`}>
        <Trans>You see whether it is allowed, the rule that decides, and what part of a condition fails.</Trans>
      </EmptyState>
    );
  }
  if (error) return <ErrorState inline error={error} onRetry={() => void refetch()} />;
  if (isPending) return <SkeletonLines lines={4} />;
  return (
    <div className="flex flex-col items-start gap-3 text-sm">
      <p role="status">
        <DecisionBadge decision={data.decision} />
      </p>
      <RuleExplanation explanation={data} collection={question.collection ?? null} action={question.action ?? "read"} />
      {data.matched_rules?.length === 0 && (
        <PageLink
          path="rules"
          search={{ role: data.roles?.at(-1), collection: question.collection, action: question.action ?? "read" }}
          className="underline"
        >
          <Trans>Open the rules, to make one</Trans>
        </PageLink>
      )}
    </div>
  );
}

function DecisionBadge({ decision }: Pick<RuleDecision, "decision">): ReactNode {
  switch (decision) {
    case "allow":
      return (
        <Badge tone="success">
          <Trans>Allowed</Trans>
        </Badge>
      );
    case "deny":
      return (
        <Badge tone="danger">
          <Trans>Refused</Trans>
        </Badge>
      );
    default:
      return (
        <Badge tone="warning">
          <Trans>Undecided</Trans>
        </Badge>
      );
  }
}
