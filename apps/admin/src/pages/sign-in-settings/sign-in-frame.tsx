import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { PageLink } from "../../app/page-link.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { TabLink, TabLinks } from "../../ui/tabs.tsx";

interface SignInFrameProps {
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** What the settings, the providers and the tokens share. */
export function SignInFrame({ actions, children }: SignInFrameProps): ReactNode {
  const { t } = useLingui();
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        title={t`Sign-in`}
        description={t`How the users of your app make an account and sign in.`}
        actions={actions}
        tabs={
          <TabLinks label={t`Sign-in`}>
            <TabLink>
              <PageLink path="sign-in">
                <Trans>Settings</Trans>
              </PageLink>
            </TabLink>
            <TabLink>
              <PageLink path="sign-in/providers">
                <Trans>Providers</Trans>
              </PageLink>
            </TabLink>
            <TabLink>
              <PageLink path="sign-in/tokens">
                <Trans>Tokens</Trans>
              </PageLink>
            </TabLink>
          </TabLinks>
        }
      />
      {children}
    </div>
  );
}
