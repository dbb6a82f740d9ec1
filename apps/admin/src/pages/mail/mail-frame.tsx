import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { MailNotice } from "../../app/mail-delivery.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { TabLink, TabLinks } from "../../ui/tabs.tsx";

/** What the texts and the outbox share. */
export function MailFrame({ children }: { readonly children: ReactNode }): ReactNode {
  const { t } = useLingui();
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        title={t`Mail`}
        description={t`The mails and text messages that users get, and what became of them.`}
        tabs={
          <TabLinks label={t`Mail`}>
            <TabLink>
              <PageLink path="mail">
                <Trans>Texts</Trans>
              </PageLink>
            </TabLink>
            <TabLink>
              <PageLink path="mail/outbox">
                <Trans>Outbox</Trans>
              </PageLink>
            </TabLink>
          </TabLinks>
        }
      />
      <MailNotice className="pb-4" />
      {children}
    </div>
  );
}
