import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { type Rights, useWorkspace } from "../../api/workspace.ts";
import { PageLink } from "../../app/page-link.tsx";
import { Card } from "../../ui/card.tsx";

interface SettingLink {
  readonly path: string;
  readonly search?: Record<string, unknown>;
  readonly title: MessageDescriptor;
  readonly note: MessageDescriptor;
  readonly allows?: (rights: Rights) => boolean;
}

const LINKS: readonly SettingLink[] = [
  { path: "sign-in", title: msg`Sign-in`, note: msg`Who may make an account, and how users sign in.` },
  { path: "sign-in", search: { section: "pages" }, title: msg`Look of the pages`, note: msg`Name, logo and colour.` },
  { path: "sign-in/providers", title: msg`Providers`, note: msg`Google, GitHub, Apple and others.` },
  { path: "sign-in/tokens", title: msg`Tokens`, note: msg`Signing keys, and other issuers that count.` },
  { path: "mail", title: msg`Mail`, note: msg`Texts in each language, and what was sent.` },
  { path: "ai", title: msg`AI models`, note: msg`Which models functions and flows may ask, and their budget.` },
  { path: "keys", title: msg`API keys`, note: msg`How programs get in.` },
  { path: "members", title: msg`Members`, note: msg`The operators of this workspace.` },
  {
    path: "operators",
    title: msg`Operators`,
    note: msg`Who runs the server.`,
    allows: ({ server }) => server,
  },
  { path: "workspaces", title: msg`Workspaces`, note: msg`All of them, and new ones.` },
];

/** The other pages on which something is set. */
export function SettingLinks(): ReactNode {
  const { t } = useLingui();
  const { rights } = useWorkspace();
  return (
    <Card title={t`More settings`} flush>
      {/* The frame ends the last row. */}
      <ul className="-mb-px grid sm:grid-cols-2">
        {LINKS.filter(({ allows }) => allows?.(rights) ?? true).map(({ path, search, title, note }) => (
          <li key={t(title)} className="border-b">
            <PageLink
              path={path}
              {...(search && { search })}
              className="flex min-h-11 flex-col justify-center px-4 py-2 hover:bg-hover focus-visible:-outline-offset-2"
            >
              <span className="font-medium">{t(title)}</span>
              <span className="text-muted text-sm">{t(note)}</span>
            </PageLink>
          </li>
        ))}
      </ul>
    </Card>
  );
}
