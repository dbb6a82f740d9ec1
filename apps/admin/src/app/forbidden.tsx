import { Trans, useLingui } from "@lingui/react/macro";
import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { useWorkspace } from "../api/workspace.ts";
import { EmptyState } from "../ui/empty-state.tsx";

/** For a page that needs more rights than the operator has in the workspace. */
export function Forbidden(): ReactNode {
  const { t } = useLingui();
  const { me } = useWorkspace();
  return (
    <EmptyState icon={<Lock />} title={t`You may not see this page`}>
      <Trans>
        Your role in this workspace is {me.member_role ?? t`none`}. An owner or administrator of the workspace can give
        you another one.
      </Trans>
    </EmptyState>
  );
}
