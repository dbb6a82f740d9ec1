import { Trans, useLingui } from "@lingui/react/macro";
import type { S3Key } from "@plinth/client/files";
import { HardDrive, Plus, Trash2 } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useApiList, useApiMutation } from "../../api/hooks.ts";
import { useGo } from "../../app/links.ts";
import { PagedTable } from "../../app/paged-table.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { confirm } from "../../ui/confirm.ts";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { errorWords } from "../../ui/error-words.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.ts";
import { ExpiredBadge } from "../keys/expired-badge.tsx";

/** The access keys of clients of S3, with their limits and their last use. */
export default function S3KeyList(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const keys = useApiList<S3Key>("s3-keys");
  const revoke = useApiMutation({
    run: (api, { id }: S3Key) => api.delete(`s3-keys/${id}`),
    changes: ["s3-keys"],
    onDone: () => toast.success(t`The key is revoked`),
  });
  const askRevocation = async (key: S3Key) => {
    const confirmed = await confirm({
      title: t`Revoke the key ${key.name}?`,
      description: t`Programs that use it are refused from now on, also in the middle of an upload. This cannot be undone.`,
      confirmLabel: t`Revoke`,
      danger: true,
    });
    if (confirmed) revoke.mutate(key, { onError: (error) => void toast.error(errorWords(error)) });
  };
  const columns = useMemo<readonly DataColumn<S3Key>[]>(
    () => [
      {
        id: "name",
        header: t`Name`,
        primary: true,
        sortBy: ({ name }) => name,
        cell: (key) => <KeyName s3Key={key} />,
      },
      { id: "access_key_id", header: t`Access key ID`, cell: (key) => <code>{key.access_key_id}</code> },
      { id: "buckets", header: t`Buckets`, cell: ({ buckets }) => buckets?.join(", ") ?? t`All` },
      { id: "prefix", header: t`Paths`, cell: ({ prefix }) => (prefix === "" ? t`All` : <code>{prefix}…</code>) },
      {
        id: "last_used_at",
        header: t`Last used`,
        sortBy: (key) => key.last_used_at,
        cell: (key) => (key.last_used_at ? <Time value={key.last_used_at} /> : <Trans>Never</Trans>),
      },
      {
        id: "expires_at",
        header: t`Expires`,
        sortBy: (key) => key.expires_at,
        cell: (key) => (key.expires_at ? <Time value={key.expires_at} /> : <Trans>Never</Trans>),
      },
    ],
    [t],
  );
  const create = (
    <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => go("s3-keys/new")}>
      <Trans>Create S3 key</Trans>
    </Button>
  );
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        title={t`S3 keys`}
        description={t`The AWS CLI, rclone, backup programs and other clients of S3 store and read your files with these keys.`}
        actions={create}
      />
      <PagedTable
        label={t`S3 keys`}
        list={keys}
        columns={columns}
        rowId={({ id }) => id}
        actions={(key) => [
          { label: t`Revoke`, icon: <Trash2 aria-hidden />, danger: true, onSelect: () => void askRevocation(key) },
        ]}
        empty={
          <EmptyState icon={<HardDrive />} title={t`No S3 keys yet`} actions={create}>
            <Trans>
              Make one for each program. It can be limited to some buckets, to paths that begin alike, and to reading.
            </Trans>
          </EmptyState>
        }
      />
    </div>
  );
}

function KeyName({ s3Key }: { readonly s3Key: S3Key }): ReactNode {
  return (
    <span className="flex flex-wrap items-center gap-2">
      <span className="font-medium">{s3Key.name}</span>
      {s3Key.read_only && (
        <Badge>
          <Trans>Reads only</Trans>
        </Badge>
      )}
      <ExpiredBadge of={s3Key} />
    </span>
  );
}
