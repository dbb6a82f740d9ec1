import type { ReactNode } from "react";
import { PageLink } from "../../app/page-link.tsx";
import { type Entry, parentOf } from "./storage.ts";

interface EntryLinkProps {
  readonly bucket: string;
  readonly entry: Entry;
}

/** Leads into a folder, or to the details of a file. */
export function EntryLink({ bucket, entry }: EntryLinkProps): ReactNode {
  const folder = entry.kind === "folder" ? entry.path : parentOf(entry.path) || undefined;
  const file = entry.kind === "folder" ? undefined : entry.id;
  return (
    <PageLink
      path={`files/${bucket}`}
      search={((old: object) => ({ ...old, folder, file })) as never}
      className="min-w-0 truncate font-medium hover:underline"
    >
      {entry.name}
    </PageLink>
  );
}
