import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { CreateButton } from "../../app/list-page.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { TabLink, TabLinks } from "../../ui/tabs.tsx";

/** Leads to the form for a job. */
export function NewJobButton(): ReactNode {
  return (
    <CreateButton path="jobs/new">
      <Trans>Add a job</Trans>
    </CreateButton>
  );
}

/** What the lists of jobs and of queues share. */
export function JobsFrame({ children }: { readonly children: ReactNode }): ReactNode {
  const { t } = useLingui();
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        title={t`Jobs`}
        description={t`Work that is done after a request, not in it. It is tried again until it is done.`}
        actions={<NewJobButton />}
        tabs={
          <TabLinks label={t`Jobs`}>
            <TabLink>
              <PageLink path="jobs">
                <Trans>Jobs</Trans>
              </PageLink>
            </TabLink>
            <TabLink>
              <PageLink path="jobs/queues">
                <Trans>Queues</Trans>
              </PageLink>
            </TabLink>
          </TabLinks>
        }
      />
      {children}
    </div>
  );
}
