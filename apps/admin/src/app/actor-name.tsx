import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Party } from "../data/parties.ts";
import { PartyName } from "./party-name.tsx";

interface ActorNameProps {
  /** As the change log has it, such as `user:ID`. */
  readonly actor: string | null;
  /** What the server calls it, where it is still there. */
  readonly name?: string | null | undefined;
  readonly partyOf: (name: string) => Party;
}

/** Who has made a change, with the way to the page about them. */
export function ActorName({ actor, name, partyOf }: ActorNameProps): ReactNode {
  const { t } = useLingui();
  if (actor === null) return t`Nobody known`;
  const party = partyOf(actor);
  // Of a user and an operator, the server names the user alone.
  const label = actor.includes(" by ") ? party.label : (name ?? party.label);
  return <PartyName name={actor} party={{ ...party, label }} />;
}
