import { PlinthClientError } from "@plinth/client";
import type { StoredFlow, WholeFlow } from "@plinth/client/flows";
import { useCallback, useMemo, useState } from "react";
import { useApiMutation } from "../../../api/hooks.ts";
import { useLeaveGuard } from "../../../app/forms/use-leave-guard.ts";
import { useRightsQuestion } from "../../../deployed/use-rights-question.tsx";
import { errorWords } from "../../../ui/error-words.ts";
import { contentOf, type FlowDraftContent, grownRights } from "./content.ts";
import { getIn } from "./tree.ts";

/** What the server has refused, and where. */
export interface FlowProblem {
  readonly error: unknown;
  /** Such as `nodes.0.do.1.url`; undefined where it names no part. */
  readonly field: string | undefined;
  readonly message: string;
}

/** A flow as somebody changes it, until it is deployed as the next version. */
export interface FlowDraft {
  readonly content: FlowDraftContent;
  readonly isDirty: boolean;
  /** Somebody else has deployed since the change began. */
  readonly isOvertaken: boolean;
  readonly isPending: boolean;
  readonly problem: FlowProblem | undefined;
  /** `part`: what is typed; changes of the same one are undone together. */
  change(next: (content: FlowDraftContent) => FlowDraftContent, part?: string): void;
  discard(): void;
  readonly undo: (() => void) | undefined;
  readonly redo: (() => void) | undefined;
  /** Texts of fields that cannot be read. While there is one, nothing is deployed. */
  readonly unreadable: ReadonlyMap<string, string>;
  /** Undefined: the field can be read. */
  readonly setUnreadable: (field: string, text: string | undefined) => void;
  deploy(): Promise<void>;
}

interface Changes {
  /** The version from which the change began. */
  readonly since: number;
  /** What was changed last, where it is typed. */
  readonly part?: string | undefined;
  readonly past: readonly FlowDraftContent[];
  readonly content: FlowDraftContent;
  readonly future: readonly FlowDraftContent[];
}

/** Steps back that are kept. */
const MOST_UNDONE = 100;

interface DraftOptions {
  readonly name: string;
  /** What is deployed; undefined for a new flow. */
  readonly stored: WholeFlow | undefined;
  readonly initial: FlowDraftContent;
  readonly onDeployed: (flow: StoredFlow) => void;
}

export function useFlowDraft({ name, stored, initial, onDeployed }: DraftOptions): FlowDraft {
  const [changes, setChanges] = useState<Changes>();
  const [texts, setTexts] = useState<ReadonlyMap<string, string>>(new Map());
  const before = useMemo(() => (stored ? contentOf(stored) : initial), [stored, initial]);
  const content = changes?.content ?? before;
  const isChanged = useMemo(() => JSON.stringify(content) !== JSON.stringify(before), [content, before]);
  // A field goes with its node.
  const unreadable = useMemo(() => new Map([...texts].filter(([field]) => isField(content, field))), [texts, content]);
  const isDirty = isChanged || unreadable.size > 0;
  const guard = useLeaveGuard(isDirty, { isKeptOnPage: true });
  const since = stored?.version ?? 0;

  const deploy = useApiMutation({
    run: (api, next: FlowDraftContent) => api.put<StoredFlow>(`flows/${name}`, next),
    changes: ["flows"],
  });
  const isMeant = useRightsQuestion();
  const change = useCallback<FlowDraft["change"]>(
    (next, part) => {
      deploy.reset();
      setChanges((old) => {
        const now = old?.content ?? before;
        const changed = next(now);
        if (changed === now) return old;
        const isTyping = part !== undefined && part === old?.part;
        const past = isTyping ? old.past : [...(old?.past ?? []), now].slice(-MOST_UNDONE);
        return { since: old?.since ?? since, part, past, content: changed, future: [] };
      });
    },
    [before, since, deploy.reset],
  );
  const setUnreadable = useCallback((field: string, text: string | undefined) => {
    setTexts((old) => {
      if (old.get(field) === text) return old;
      const next = new Map(old);
      if (text === undefined) next.delete(field);
      else next.set(field, text);
      return next;
    });
  }, []);
  const step = (from: "past" | "future") => {
    const state = changes?.[from].at(from === "past" ? -1 : 0);
    if (!changes || !state) return undefined;
    return () => {
      deploy.reset();
      const { since, past, content: now, future } = changes;
      setChanges(
        from === "past"
          ? { since, past: past.slice(0, -1), content: state, future: [now, ...future] }
          : { since, past: [...past, now], content: state, future: future.slice(1) },
      );
    };
  };
  return {
    content,
    isDirty,
    isOvertaken: isChanged && changes !== undefined && changes.since !== since,
    isPending: deploy.isPending,
    problem: useMemo(() => problemOf(deploy.error), [deploy.error]),
    change,
    discard() {
      deploy.reset();
      setChanges(undefined);
      setTexts(new Map());
    },
    undo: step("past"),
    redo: step("future"),
    setUnreadable,
    unreadable,
    async deploy() {
      const grown = stored ? grownRights(before.permissions, content.permissions) : [];
      if (unreadable.size > 0 || !(await isMeant(grown))) return;
      // What is refused is shown from `deploy.error`.
      const done = await deploy.mutateAsync(content).catch(() => undefined);
      if (!done) return;
      if (!stored) guard.allow();
      // What was typed meanwhile stays, as a change of what is deployed now.
      setChanges((now) => (now === undefined || now.content === content ? undefined : { ...now, since: done.version }));
      onDeployed(done);
    },
  };
}

/** Whether a field's value would stand in the flow: at the end of its name is the part of a node, or `*` for all that have no field. */
function isField(content: FlowDraftContent, field: string): boolean {
  const parent = field.split(".").slice(0, -1);
  return getIn(content, parent) !== undefined;
}

function problemOf(error: unknown): FlowProblem | undefined {
  if (!error) return undefined;
  const field = error instanceof PlinthClientError ? error.details?.field : undefined;
  return { error, field: typeof field === "string" ? field : undefined, message: errorWords(error) };
}
