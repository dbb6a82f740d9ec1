import { Trans, useLingui } from "@lingui/react/macro";
import { ShieldX } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { type RuleDecision, RuleExplanation } from "../../access/rule-explanation.tsx";
import { useApiGet } from "../../api/hooks.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { type Party, useParties } from "../../data/parties.ts";
import { Badge } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { SearchInput } from "../../ui/search-input.tsx";
import { Time } from "../../ui/time.tsx";

interface RefusedRequest {
  readonly request_id: string;
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly principal: { readonly kind: string; readonly id: string | null; readonly roles: readonly string[] };
  readonly collection: string | null;
  readonly action: string | null;
  readonly item_id: string | null;
  readonly explanation?: RuleDecision | null;
}

const address = z.object({ request: z.string().max(100).optional() });

/** Milliseconds: there is no stream of them. */
const EVERY = 5000;

/** The last requests that were refused for lack of rights; one that is chosen or pasted, with the reason. */
export default function Refusals(): ReactNode {
  const { t } = useLingui();
  const [{ request }, setSearch] = useSearchState(address);
  const query = request === undefined ? {} : { request_id: request };
  const { data, error, refetch } = useApiGet<readonly RefusedRequest[]>("refusals", query, { every: EVERY });
  const names = useMemo(() => (data ?? []).map(nameOf), [data]);
  const partyOf = useParties(names);
  return (
    <div className="flex flex-col gap-4 p-4 lg:p-6">
      <PageHeader
        title={t`Refused requests`}
        description={t`Why somebody got 401, 403 or 404: the rules that decided, and the part of a condition that failed. The server keeps those of the last hour.`}
        className="pb-0"
      />
      <SearchInput
        value={request ?? ""}
        onSearch={(next) => setSearch({ request: next.trim() === "" ? undefined : next.trim() }, { replace: true })}
        label={t`Paste the request_id of an error`}
        className="w-full sm:w-96"
      />
      {error && <PageFailure error={error} reset={() => void refetch()} />}
      {!error && !data && <PagePending />}
      {data?.length === 0 && (
        <Card>
          <EmptyState
            icon={<ShieldX />}
            title={request === undefined ? t`Nobody was refused` : t`No refused request has this id`}
          >
            {request === undefined ? (
              <Trans>Requests that the rules refuse appear here. Each error holds a request_id to find it by.</Trans>
            ) : (
              <Trans>It may be older than an hour, of another workspace, or answered by another server.</Trans>
            )}
          </EmptyState>
        </Card>
      )}
      {data?.map((refused) => (
        <RefusedCard key={refused.request_id} refused={refused} party={partyOf(nameOf(refused))} />
      ))}
    </div>
  );
}

/** As the security log names somebody. */
const nameOf = ({ principal: { kind, id } }: RefusedRequest): string => `${kind}:${id ?? ""}`;

interface RefusedCardProps {
  readonly refused: RefusedRequest;
  readonly party: Party;
}

function RefusedCard({ refused, party }: RefusedCardProps): ReactNode {
  const { t } = useLingui();
  const { request_id, at, method, path, code, message, principal, explanation } = refused;
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-2">
          <code className="min-w-0 break-all">
            {method} {path}
          </code>
          <Badge tone="danger">{code}</Badge>
        </span>
      }
    >
      <div className="flex flex-col gap-3 text-sm">
        <p className="flex flex-wrap gap-x-4 gap-y-1 text-muted">
          <Who principal={principal} party={party} />
          <Time value={at} />
          {explanation === undefined && (
            <PageLink path="refusals" search={{ request: request_id }} className="underline">
              {t`Why was this refused?`}
            </PageLink>
          )}
          {refused.collection !== null && refused.action !== null && (
            <PageLink
              leadsOnly
              path={`collections/${refused.collection}`}
              search={{ tab: "access" }}
              className="underline"
            >
              <Trans>Rules of {refused.collection}</Trans>
            </PageLink>
          )}
        </p>
        <p>{message}</p>
        {explanation === null && (
          <p className="text-muted">
            <Trans>No rule decides here: the route itself needs other rights.</Trans>
          </p>
        )}
        {explanation && (
          <RuleExplanation explanation={explanation} collection={refused.collection} action={refused.action} />
        )}
        {explanation?.decision === "allow" && (
          <p className="text-muted">
            <Trans>The rules of now allow such a request: a field or a value of this one was the reason.</Trans>
          </p>
        )}
        {explanation && <SimulateLink refused={refused} />}
      </div>
    </Card>
  );
}

/** An operator is bound by no rule. */
const SIMULATED: ReadonlySet<string> = new Set(["anonymous", "user", "key"]);

/** To the same question, where other values can be tried. */
function SimulateLink({ refused }: { readonly refused: RefusedRequest }): ReactNode {
  const { collection, action, item_id: item, principal } = refused;
  if (collection === null || action === null || !SIMULATED.has(principal.kind)) return null;
  const who = principal.id === null ? "anonymous" : `${principal.kind}:${principal.id}`;
  return (
    <PageLink
      leadsOnly
      path="simulate"
      search={{ who, collection, action, ...(item !== null && { item }) }}
      className="self-start underline"
    >
      <Trans>Try it with other values</Trans>
    </PageLink>
  );
}

interface WhoProps extends Pick<RefusedRequest, "principal"> {
  readonly party: Party;
}

function Who({ principal: { kind, id }, party: { label, path } }: WhoProps): ReactNode {
  const { t } = useLingui();
  if (id === null) return <span>{t`A stranger`}</span>;
  const name = kind === "key" ? t`The key ${label}` : label;
  if (path === undefined) return <span className="break-all">{name}</span>;
  return (
    <PageLink path={path} className="break-all underline">
      {name}
    </PageLink>
  );
}
