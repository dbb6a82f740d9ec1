import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import type { DataColumn } from "../ui/data-table-model.ts";
import { PageHeader } from "../ui/page-header.tsx";
import { useGo } from "./links.ts";
import { PageLink } from "./page-link.tsx";

interface ListPageProps {
  readonly title: ReactNode;
  readonly description: ReactNode;
  /** A `CreateButton`, and what else the page offers. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page with the list of all things of a kind. */
export function ListPage({ title, description, actions, children }: ListPageProps): ReactNode {
  return (
    <div className="p-4 lg:p-6">
      <PageHeader title={title} description={description} actions={actions} />
      {children}
    </div>
  );
}

interface CreateButtonProps {
  /** The page of its form. */
  readonly path: string;
  readonly children: ReactNode;
}

/** Leads to the form for a new one: in the head of a list, and where the list is empty. */
export function CreateButton({ path, children }: CreateButtonProps): ReactNode {
  const go = useGo();
  return (
    <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => go(path)}>
      {children}
    </Button>
  );
}

/** The column with the name of each, which leads to its page. */
export function nameColumn<Row extends { readonly name: string }>(
  header: string,
  pathOf: (row: Row) => string,
): DataColumn<Row> {
  return {
    id: "name",
    header,
    primary: true,
    sortBy: ({ name }) => name,
    cell: (row) => (
      <PageLink path={pathOf(row)} className="font-medium hover:underline">
        {row.name}
      </PageLink>
    ),
  };
}
