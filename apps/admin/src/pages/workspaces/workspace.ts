import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { WorkspaceSummary } from "../../api/workspace.ts";

/** A workspace as the API describes it. */
export interface WorkspaceFacts extends WorkspaceSummary {
  readonly created_at: string;
  readonly archived_at: string | null;
  readonly deleted_at: string | null;
  /** When its data are deleted for good. */
  readonly purge_at: string | null;
}

export const STATE_NAMES: Readonly<Record<WorkspaceFacts["state"], MessageDescriptor>> = {
  active: msg`Active`,
  archived: msg`Archived`,
  deleted: msg`Deleted`,
  purging: msg`Being deleted for good`,
};

/** It cannot be archived or deleted. */
export const DEFAULT_SLUG = "default";

/** A slug that a name proposes. */
export function slugOf(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replaceAll(/\p{Mark}/gu, "")
    .toLowerCase();
  return plain
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "")
    .slice(0, 40);
}
