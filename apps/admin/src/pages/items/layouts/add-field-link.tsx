import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useWorkspace } from "../../../api/workspace.ts";
import { PageLink } from "../../../app/page-link.tsx";
import { Button } from "../../../ui/button.tsx";

/** Leads to the schema of a collection that lacks a field for a layout. */
export function AddFieldLink({ slug }: { readonly slug: string }): ReactNode {
  const { rights } = useWorkspace();
  if (!rights.develop) return null;
  return (
    <Button asChild>
      <PageLink path={`collections/${slug}`}>
        <Trans>Add a field in the schema</Trans>
      </PageLink>
    </Button>
  );
}
