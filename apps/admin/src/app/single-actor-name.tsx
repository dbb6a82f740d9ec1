import { type ReactNode, useMemo } from "react";
import { useParties } from "../data/parties.ts";
import { ActorName } from "./actor-name.tsx";

interface SingleActorNameProps {
  readonly actor: string | null;
  readonly name?: string | null | undefined;
}

/** Who has made a change, where no list asks for many names at once. */
export function SingleActorName({ actor, name }: SingleActorNameProps): ReactNode {
  const names = useMemo(() => (actor === null ? [] : [actor]), [actor]);
  return <ActorName actor={actor} name={name} partyOf={useParties(names)} />;
}
