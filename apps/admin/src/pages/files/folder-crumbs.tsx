import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { PageLink } from "../../app/page-link.tsx";
import { Breadcrumbs } from "../../ui/breadcrumbs.tsx";

interface FolderCrumbsProps {
  readonly bucket: string;
  /** Empty: the top of the bucket. */
  readonly folder: string;
}

/** The way from all buckets to this folder. */
export function FolderCrumbs({ bucket, folder }: FolderCrumbsProps): ReactNode {
  const names = folder === "" ? [] : folder.split("/");
  const steps = [
    { name: bucket, folder: undefined },
    ...names.map((name, i) => ({ name, folder: names.slice(0, i + 1).join("/") })),
  ];
  return (
    <Breadcrumbs
      items={[
        <PageLink key="all" path="files">
          <Trans>Files</Trans>
        </PageLink>,
        ...steps.slice(0, -1).map((step) => (
          <PageLink key={step.folder ?? "top"} path={`files/${bucket}`} search={searchOf(step.folder)}>
            {step.name}
          </PageLink>
        )),
        steps.at(-1)!.name,
      ]}
    />
  );
}

const searchOf = (folder: string | undefined): Record<string, unknown> => (folder === undefined ? {} : { folder });
