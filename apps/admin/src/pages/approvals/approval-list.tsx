import { Trans, useLingui } from "@lingui/react/macro";
import type { Approval } from "@plinth/client/flows";
import { UserCheck } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { type PagedList, useApiList } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { ListPage } from "../../app/list-page.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { ApprovalCard } from "../../approvals/approval-card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { LoadMore } from "../../ui/pagination.tsx";
import { SegmentedControl } from "../../ui/segmented-control.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";

const address = z.object({ show: z.enum(["settled", "all"]).optional() });

/** Milliseconds. */
const EVERY = 5000;
/** Of the whole workspace, the newest of these show their buttons. */
const MOST_OPEN = 200;

/** What flows ask the operator; for administrators also what they ask others. */
export default function ApprovalList(): ReactNode {
  const { t } = useLingui();
  const { rights } = useWorkspace();
  const [{ show = "mine" }, setAddress] = useSearchState(address);
  const mine = useApiList<Approval>("approvals", { of: "me", state: "pending", limit: MOST_OPEN }, { every: EVERY });
  const settled = useApiList<Approval>("approvals", { of: "me" }, { enabled: show === "settled" });
  const all = useApiList<Approval>("approvals", { of: "all" }, { enabled: show === "all", every: EVERY });
  const open = useMemo(() => new Set(mine.rows.map(({ id }) => id)), [mine.rows]);
  const mayDecide = ({ id, state }: Approval) => (show === "all" ? open.has(id) : state === "pending");
  return (
    <ListPage
      title={t`Approvals`}
      description={t`What flows ask before they go on. Whoever a flow names decides, nobody else.`}
    >
      <Toolbar label={t`Filter`} className="pb-3">
        <SegmentedControl
          aria-label={t`Which`}
          value={show}
          onValueChange={(next) => setAddress({ show: next === "mine" ? undefined : next })}
          options={[
            { value: "mine", label: t`Waiting for me` },
            { value: "settled", label: t`Asked of me` },
            ...(rights.administer ? [{ value: "all" as const, label: t`Of the workspace` }] : []),
          ]}
        />
      </Toolbar>
      <Cards
        list={show === "mine" ? mine : show === "settled" ? settled : all}
        mayDecide={mayDecide}
        isMine={show === "mine"}
      />
    </ListPage>
  );
}

interface CardsProps {
  readonly list: PagedList<Approval>;
  readonly mayDecide: (approval: Approval) => boolean;
  readonly isMine: boolean;
}

function Cards({ list, mayDecide, isMine }: CardsProps): ReactNode {
  const { t } = useLingui();
  if (list.error) return <ErrorState error={list.error} onRetry={list.refetch} />;
  if (list.isPending) return <SkeletonLines lines={6} />;
  if (list.rows.length === 0)
    return (
      <EmptyState icon={<UserCheck />} title={isMine ? t`Nothing waits for you` : t`No approvals`}>
        <Trans>A flow asks by a node “Approval”: before a large order is shipped, or a customer is deleted.</Trans>
      </EmptyState>
    );
  return (
    <div className="flex max-w-4xl flex-col gap-3">
      {list.rows.map((approval) => (
        <ApprovalCard key={approval.id} approval={approval} mayDecide={mayDecide(approval)} />
      ))}
      <LoadMore
        shown={list.rows.length}
        hasMore={list.hasMore}
        pending={list.isLoadingMore}
        onLoadMore={list.loadMore}
      />
    </div>
  );
}
