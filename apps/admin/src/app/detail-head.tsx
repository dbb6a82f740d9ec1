import type { ReactNode } from "react";
import { Breadcrumbs } from "../ui/breadcrumbs.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { PageLink } from "./page-link.tsx";

interface DetailHeadProps {
  /** The pages above it, the outermost first. */
  readonly above: readonly { readonly path: string; readonly title: ReactNode }[];
  readonly title: ReactNode;
  readonly description?: ReactNode;
  /** Beside the title. */
  readonly aside?: ReactNode;
  readonly actions?: ReactNode;
  /** Why one of the actions has failed. */
  readonly error?: Error | null;
}

/** The head of the page of one thing: what it is among, its name, and what can be done with it. */
export function DetailHead({ above, title, description, aside, actions, error }: DetailHeadProps): ReactNode {
  const links = above.map((page) => (
    <PageLink key={page.path} path={page.path}>
      {page.title}
    </PageLink>
  ));
  return (
    <>
      <PageHeader
        breadcrumbs={<Breadcrumbs items={[...links, title]} />}
        title={title}
        description={description}
        aside={aside}
        actions={actions}
        className="pb-0"
      />
      {error && <ErrorState inline error={error} />}
    </>
  );
}
