import { Trans, useLingui } from "@lingui/react/macro";
import { useParams } from "@tanstack/react-router";
import { RotateCw, Trash2 } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { useApiListUntil, useApiMutation } from "../../api/hooks.ts";
import { useGo } from "../../app/links.ts";
import { NotFound } from "../../app/not-found.tsx";
import { PageFailure } from "../../app/page-failure.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { PartyName } from "../../app/party-name.tsx";
import { useParties } from "../../data/parties.ts";
import { Breadcrumbs } from "../../ui/breadcrumbs.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { confirm } from "../../ui/confirm.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { KeyValueList } from "../../ui/key-value-list.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.ts";
import { type ApiKey, KIND_NAMES, KIND_NOTES, type NewApiKey } from "./api-key.ts";
import { KeyPowerCard } from "./key-power-card.tsx";
import { KeyShown } from "./key-shown.tsx";

/** One key: what it may do, when it was used, and how it ends. */
export default function KeyDetail(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const isKey = (one: ApiKey): boolean => one.id === id;
  // The API lists keys, and has no route for one.
  const { rows, isPending, error, refetch } = useApiListUntil<ApiKey>("keys", {}, (keys) => keys.some(isKey));
  const [rotated, setRotated] = useState<NewApiKey>();
  const rotate = useApiMutation({
    run: (api) => api.post<NewApiKey>(`keys/${id}/rotate`),
    changes: ["keys"],
    onDone: setRotated,
  });
  const revoke = useApiMutation({
    run: (api) => api.delete(`keys/${id}`),
    changes: ["keys"],
    onDone: () => {
      toast.success(t`The key is revoked`);
      go("keys");
    },
  });
  if (rotated) return <KeyShown made={rotated} onDone={() => setRotated(undefined)} />;
  if (error) return <PageFailure error={error} reset={refetch} />;
  if (isPending) return <PagePending />;
  const key = rows.find(isKey);
  if (!key) return <NotFound />;
  const ask = async () => {
    const confirmed = await confirm({
      title: t`Revoke the key ${key.name}?`,
      description: t`Programs that use it are refused from now on. This cannot be undone.`,
      confirmLabel: t`Revoke`,
      danger: true,
    });
    if (confirmed) revoke.mutate();
  };
  return (
    <div className="flex max-w-4xl flex-col gap-4 p-4 lg:p-6">
      <PageHeader
        breadcrumbs={
          <Breadcrumbs
            items={[
              <PageLink key="keys" path="keys">
                <Trans>API keys</Trans>
              </PageLink>,
              key.name,
            ]}
          />
        }
        title={key.name}
        description={t(KIND_NOTES[key.kind])}
        actions={
          <>
            <Button icon={<RotateCw aria-hidden />} pending={rotate.isPending} onClick={() => rotate.mutate()}>
              <Trans>Rotate</Trans>
            </Button>
            <Button className="text-danger-ink" icon={<Trash2 aria-hidden />} pending={revoke.isPending} onClick={ask}>
              <Trans>Revoke</Trans>
            </Button>
          </>
        }
        className="pb-0"
      />
      {(rotate.error ?? revoke.error) && <ErrorState inline error={rotate.error ?? revoke.error} />}
      <KeyFacts apiKey={key} />
      {key.kind === "scoped" && (
        <KeyPowerCard limits={{ roles: key.roles ?? [], actions: key.actions ?? [], collections: key.collections }} />
      )}
      <p className="text-muted text-sm">
        <Trans>
          A rotated key gets a new secret. The one before counts for 24 hours more, so that programs can change.
        </Trans>
      </p>
    </div>
  );
}

function KeyFacts({ apiKey }: { readonly apiKey: ApiKey }): ReactNode {
  const { t } = useLingui();
  const names = useMemo(() => (apiKey.created_by ? [apiKey.created_by] : []), [apiKey.created_by]);
  const maker = useParties(names)(apiKey.created_by ?? "");
  const time = (value: string | null, absent: string) => (value === null ? absent : <Time value={value} />);
  const list = (values: readonly string[] | null, absent: string) => (values?.length ? values.join(", ") : absent);
  const facts: [string, ReactNode][] = [
    [t`Kind`, t(KIND_NAMES[apiKey.kind])],
    [t`Begins with`, <code key="prefix">{apiKey.prefix}…</code>],
    [t`Created`, <Time key="created" value={apiKey.created_at} />],
    [t`Created by`, apiKey.created_by ? <PartyName key="by" name={apiKey.created_by} party={maker} /> : t`Not known`],
    [t`Last used`, time(apiKey.last_used_at, t`Never`)],
    [t`Expires`, time(apiKey.expires_at, t`Never`)],
  ];
  if (apiKey.previous_until)
    facts.push([t`Old secret counts until`, <Time key="until" absolute value={apiKey.previous_until} />]);
  if (apiKey.kind === "scoped") {
    facts.push(
      [t`Roles`, list(apiKey.roles, t`Those of everybody`)],
      [t`Actions`, list(apiKey.actions, t`None`)],
      [t`Collections`, list(apiKey.collections, t`All`)],
      [t`Addresses`, list(apiKey.ip_ranges, t`All`)],
      [t`Requests per minute`, apiKey.rate_limit ?? t`No limit of its own`],
    );
  }
  return (
    <Card>
      <KeyValueList items={facts.map(([label, value]) => ({ key: label, label, value }))} />
    </Card>
  );
}
