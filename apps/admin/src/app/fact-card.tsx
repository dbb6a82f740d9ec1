import { type ReactNode, useMemo } from "react";
import { useParties } from "../data/parties.ts";
import { Card } from "../ui/card.tsx";
import { JsonView } from "../ui/json-view.tsx";
import { KeyValueList } from "../ui/key-value-list.tsx";
import { PageLink } from "./page-link.tsx";
import { PartyName } from "./party-name.tsx";

/** A label, which no other fact of the same card has, and its value. */
export type Fact = readonly [label: string, value: ReactNode];

/** Facts about what a page shows. */
export function FactCard({ facts }: { readonly facts: readonly Fact[] }): ReactNode {
  return (
    <Card>
      <KeyValueList items={facts.map(([label, value]) => ({ key: label, label, value }))} />
    </Card>
  );
}

interface ValueSectionsProps {
  /** Titles with what stands below them; null and undefined are left out. */
  readonly values: readonly (readonly [title: string, value: unknown])[];
}

/** JSON values one below the other. */
export function ValueSections({ values }: ValueSectionsProps): ReactNode {
  return values
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([title, value]) => (
      <section key={title} className="flex flex-col gap-2">
        <h2 className="font-medium">{title}</h2>
        <JsonView value={value} depth={3} label={title} />
      </section>
    ));
}

/** A value that a program reads, such as an id. */
export function FactCode({ children }: { readonly children: string }): ReactNode {
  return <code className="break-all">{children}</code>;
}

interface FactLinkProps {
  readonly path: string;
  readonly search?: Record<string, unknown>;
  readonly children: ReactNode;
}

export function FactLink({ path, search, children }: FactLinkProps): ReactNode {
  return (
    <PageLink path={path} {...(search && { search })} className="break-words hover:underline">
      {children}
    </PageLink>
  );
}

/** Somebody or something that the API names, such as `user:ID`, by its own name. */
export function FactParty({ name }: { readonly name: string }): ReactNode {
  const partyOf = useParties(useMemo(() => [name], [name]));
  return <PartyName name={name} party={partyOf(name)} />;
}
