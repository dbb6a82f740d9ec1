import { useLingui } from "@lingui/react/macro";
import { FileSpreadsheet, LayoutTemplate, Table2 } from "lucide-react";
import type { ReactNode } from "react";
import { PageLink } from "../../app/page-link.tsx";

/** The three ways to begin. Also shown by the overview of an empty workspace. */
export function StartChoices(): ReactNode {
  const { t } = useLingui();
  const choices = [
    {
      path: "start",
      search: { from: "file" },
      icon: FileSpreadsheet,
      title: t`From a file`,
      text: t`Drop a CSV, JSON, NDJSON or Excel file. Its columns become fields, its rows items.`,
    },
    {
      path: "start",
      search: { from: "template" },
      icon: LayoutTemplate,
      title: t`From a template`,
      text: t`A blog, tasks, a shop or contacts: collections with relations, rules and a few items.`,
    },
    {
      path: "collections/new",
      search: {},
      icon: Table2,
      title: t`An empty collection`,
      text: t`Declare the fields yourself, and add items by hand or by the API.`,
    },
  ];
  return (
    <ul aria-label={t`Ways to begin`} className="grid gap-3 md:grid-cols-3">
      {choices.map(({ path, search, icon: Icon, title, text }) => (
        <li key={title}>
          <PageLink
            path={path}
            search={search}
            className="flex h-full flex-col gap-2 rounded-lg border bg-surface p-4 hover:bg-hover"
          >
            <Icon aria-hidden className="size-6 text-accent-ink" />
            <span className="font-semibold">{title}</span>
            <span className="text-muted text-sm">{text}</span>
          </PageLink>
        </li>
      ))}
    </ul>
  );
}
