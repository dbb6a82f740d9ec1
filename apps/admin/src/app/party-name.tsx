import type { ReactNode } from "react";
import type { Party } from "../data/parties.ts";
import { PageLink } from "./page-link.tsx";

interface PartyNameProps {
  /** As the API names it, such as `user:ID`. */
  readonly name: string;
  readonly party: Party;
}

/** Somebody or something by its own name, with the way to its page. */
export function PartyName({ name, party: { label, path } }: PartyNameProps): ReactNode {
  if (path === undefined) return <span title={name}>{label}</span>;
  return (
    <PageLink path={path} title={name} className="hover:underline">
      {label}
    </PageLink>
  );
}
