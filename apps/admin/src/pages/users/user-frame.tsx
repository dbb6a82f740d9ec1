import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { PageLink } from "../../app/page-link.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { TabLink, TabLinks } from "../../ui/tabs.tsx";

interface UserFrameProps {
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** What the lists of users and of invitations share. */
export function UserFrame({ actions, children }: UserFrameProps): ReactNode {
  const { t } = useLingui();
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        title={t`Users`}
        description={t`The people who use your app. They have no access to this admin.`}
        actions={actions}
        tabs={
          <TabLinks label={t`Users`}>
            <TabLink>
              <PageLink path="users">
                <Trans>Accounts</Trans>
              </PageLink>
            </TabLink>
            <TabLink>
              <PageLink path="users/invitations">
                <Trans>Invitations</Trans>
              </PageLink>
            </TabLink>
          </TabLinks>
        }
      />
      {children}
    </div>
  );
}
