import { Trans, useLingui } from "@lingui/react/macro";
import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { ROLE_NAMES } from "../api/member-role.ts";
import { useWorkspace } from "../api/workspace.ts";
import { EmptyState } from "../ui/empty-state.tsx";

/** For a page that needs more rights than the operator has in the workspace. */
export function Forbidden(): ReactNode {
  const { t } = useLingui();
  const { me } = useWorkspace();
  const role = me.member_role === undefined ? t`none` : t(ROLE_NAMES[me.member_role]);
  return (
    <EmptyState icon={<Lock />} title={t`You may not see this page`}>
      <Trans>
        Your role in this workspace is {role}. An owner or administrator of the workspace can give you another one.
      </Trans>
    </EmptyState>
  );
}
