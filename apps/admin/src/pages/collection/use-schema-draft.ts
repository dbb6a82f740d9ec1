import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { type CollectionInfo, collectionsQuery } from "../../data/collections.ts";
import { type ApplyFailure, type Refusals, refusalsOf } from "../../schema/apply.ts";
import { type Draft, draftOf, rebased, withoutMirrors } from "../../schema/draft.ts";
import { planOf, type Step } from "../../schema/plan.ts";

/** `asked`: somebody looks at the requests before they are sent. */
export type Applying = "no" | "asked" | "begun";

export interface SchemaDraft {
  readonly draft: Draft;
  readonly steps: readonly Step[];
  readonly refusals: Refusals;
  readonly setDraft: (draft: Draft) => void;
  readonly discard: () => void;
  readonly applying: Applying;
  readonly setApplying: (applying: Applying) => void;
  /** Applies this draft at once. */
  readonly applyNow: (draft: Draft) => void;
  /** Reads the collections again, and keeps of the draft what did not take effect. */
  readonly settle: (done: readonly Step[], failure: ApplyFailure | undefined, all: readonly Step[]) => Promise<void>;
}

/** The draft of a collection's schema, on the newest definition. */
export function useSchemaDraft(collection: CollectionInfo): SchemaDraft {
  const workspace = useWorkspace();
  const queries = useQueryClient();
  const [state, setState] = useState(() => ({ base: collection, draft: draftOf(collection) }));
  const [refusals, setRefusals] = useState<Refusals>({});
  const [applying, setApplying] = useState<Applying>("no");
  let { base, draft } = state;
  if (base.version !== collection.version) {
    draft = rebased(draft, base, collection);
    base = collection;
    setState({ base, draft });
  }
  const setDraft = useCallback((next: Draft) => setState((old) => ({ ...old, draft: next })), []);
  const steps = useMemo(() => planOf(base, draft), [base, draft]);
  return {
    draft,
    steps,
    refusals,
    setDraft,
    applying,
    setApplying,
    applyNow: (next) => {
      setDraft(next);
      setApplying("begun");
    },
    discard: () => {
      setState({ base, draft: draftOf(base) });
      setRefusals({});
    },
    settle: async (done, failure, all) => {
      const added = done.filter(({ kind }) => kind === "other_side").flatMap(({ keys }) => keys);
      setState((old) => ({ ...old, draft: withoutMirrors(old.draft, added) }));
      setRefusals(failure ? refusalsOf(failure.error, all[failure.step]!) : {});
      await queries.invalidateQueries({ queryKey: collectionsQuery(workspace).queryKey });
      if (failure) return;
      const fresh = queries.getQueryData<readonly CollectionInfo[]>(collectionsQuery(workspace).queryKey);
      const next = fresh?.find(({ id }) => id === collection.id) ?? collection;
      setState({ base: next, draft: draftOf(next) });
    },
  };
}
