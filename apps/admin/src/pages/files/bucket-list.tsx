import { Trans, useLingui } from "@lingui/react/macro";
import type { Bucket } from "@plinth/client/files";
import { Folder, Plus } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiList } from "../../api/hooks.ts";
import { useGo } from "../../app/links.ts";
import { PageLink } from "../../app/page-link.tsx";
import { PagedTable } from "../../app/paged-table.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { Button } from "../../ui/button.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { formatBytes } from "../../ui/format.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { Time } from "../../ui/time.tsx";
import { BucketBadge } from "./bucket-badge.tsx";
import { NewBucketDialog } from "./new-bucket-dialog.tsx";

const address = z.object({ new: z.literal(true).optional() });

/** The buckets of the workspace. */
export default function BucketList(): ReactNode {
  const { t, i18n } = useLingui();
  const go = useGo();
  const [{ new: isNew }, setAddress] = useSearchState(address);
  const buckets = useApiList<Bucket>("buckets");
  const columns = useMemo<readonly DataColumn<Bucket>[]>(
    () => [
      {
        id: "name",
        header: t`Name`,
        primary: true,
        cell: ({ name }) => (
          <PageLink path={`files/${name}`} className="font-medium hover:underline">
            {name}
          </PageLink>
        ),
      },
      { id: "access", header: t`Read by`, cell: (bucket) => <BucketBadge bucket={bucket} /> },
      {
        id: "max_bytes",
        header: t`Largest file`,
        cell: ({ max_bytes }) => formatBytes(max_bytes, i18n.locale),
      },
      { id: "types", header: t`Accepted types`, cell: ({ content_types }) => content_types?.join(", ") ?? t`all` },
      { id: "created_at", header: t`Created`, cell: ({ created_at }) => <Time value={created_at} /> },
    ],
    [t, i18n.locale],
  );
  const create = (
    <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setAddress({ new: true })}>
      <Trans>Create bucket</Trans>
    </Button>
  );
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        title={t`Files`}
        description={t`Files are kept in buckets. A bucket says what may be stored in it, and whether anybody reads its files or only whom your rules allow.`}
        actions={create}
      />
      <PagedTable
        label={t`Buckets`}
        list={buckets}
        columns={columns}
        rowId={({ name }) => name}
        onOpen={({ name }) => go(`files/${name}`)}
        empty={
          <EmptyState icon={<Folder />} title={t`No buckets yet`} actions={create}>
            <Trans>
              A bucket holds the files of one kind, such as photos or invoices. Each file is also an item of the
              collection files, so that rules, filters and relations work for it.
            </Trans>
          </EmptyState>
        }
      />
      <NewBucketDialog open={isNew === true} onClose={() => setAddress({ new: undefined }, { replace: true })} />
    </div>
  );
}
