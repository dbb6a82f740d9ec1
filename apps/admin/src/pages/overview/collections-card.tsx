import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { PageLink } from "../../app/page-link.tsx";
import { type CollectionInfo, listedCollections } from "../../data/collections.ts";
import { Card } from "../../ui/card.tsx";

const MAX_SHOWN = 12;

/** What is here, with a way into each collection. */
export function CollectionsCard({ collections }: { readonly collections: readonly CollectionInfo[] }): ReactNode {
  const { t } = useLingui();
  const listed = listedCollections(collections);
  const hidden = listed.length - MAX_SHOWN;
  return (
    <Card
      flush
      title={t`Collections`}
      actions={
        <PageLink leadsOnly path="collections" className="text-accent-ink text-sm underline">
          {hidden > 0 ? <Plural value={hidden} one="# more" other="# more" /> : <Trans>All collections</Trans>}
        </PageLink>
      }
    >
      <ul className="flex flex-col">
        {listed.slice(0, MAX_SHOWN).map(({ slug, note, kind, fields }) => (
          <li key={slug} className="border-b last:border-b-0">
            <PageLink
              path={`collections/${slug}/items`}
              className="flex items-baseline justify-between gap-3 px-4 py-2 hover:bg-hover pointer-coarse:py-3"
            >
              <span className="min-w-0">
                <span className="break-words font-medium">{slug}</span>
                {note && <span className="block truncate text-muted text-sm">{note}</span>}
              </span>
              <span className="shrink-0 text-muted text-sm">
                {kind === "document" ? (
                  <Trans>Documents</Trans>
                ) : (
                  <Plural value={fields.length} one="# field" other="# fields" />
                )}
              </span>
            </PageLink>
          </li>
        ))}
      </ul>
    </Card>
  );
}
