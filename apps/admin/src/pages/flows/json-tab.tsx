import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { isJson } from "../../data/json-text.ts";
import { CodeEditor } from "../../ui/code-editor.tsx";
import type { CodeProblem } from "../../ui/code-problems.ts";
import { Field } from "../../ui/field.tsx";
import { type CheckWords, partProblems, shapeProblems } from "./draft/check.ts";
import { keysAt, textsAt } from "./draft/completions.ts";
import type { FlowDraftContent } from "./draft/content.ts";
import type { FlowDraft, FlowProblem } from "./draft/use-flow-draft.ts";
import { TakeBack } from "./form/json-field.tsx";

const FIELD = "json";
const COMPLETIONS = { keysAt, textsAt };

/** The whole flow as the API and the command line take it. */
export function JsonTab({ draft }: { readonly draft: FlowDraft }): ReactNode {
  const { t } = useLingui();
  const { content, change, unreadable, setUnreadable, problem } = draft;
  const words = useCheckWords();
  const [typed, setTyped] = useState(() => ({ text: textOf(content), content }));
  const kept = unreadable.get(FIELD);
  const broken = useMemo(() => (kept === undefined ? undefined : brokenBy(kept, words)), [kept, words]);
  const validate = useCallback(
    (value: unknown) => [
      ...shapeProblems(value, words),
      ...partProblems((value as Partial<FlowDraftContent> | null)?.nodes, words),
      ...serverProblem(problem),
    ],
    [words, problem],
  );
  const type = (next: string) => {
    if (brokenBy(next, words) !== undefined) return setUnreadable(FIELD, next);
    setUnreadable(FIELD, undefined);
    const { description = "", triggers = [], permissions = {}, nodes } = JSON.parse(next) as FlowDraftContent;
    const read = { description, triggers, permissions, nodes };
    setTyped({ text: next, content: read });
    if (!isSame(read, content)) change(() => read, FIELD);
  };
  return (
    <Field
      label={t`Flow`}
      description={t`The same as a file for plinth flows deploy.`}
      aside={kept !== undefined && <TakeBack onTakeBack={() => setUnreadable(FIELD, undefined)} />}
      error={broken ?? (problem && (problem.field === undefined ? problem.message : undefined))}
    >
      <CodeEditor
        language="json"
        value={kept ?? (isSame(typed.content, content) ? typed.text : textOf(content))}
        onValueChange={type}
        validate={validate}
        complete={COMPLETIONS}
        onSubmit={() => void draft.deploy()}
        className="min-h-96 max-h-[70dvh]"
      />
    </Field>
  );
}

const textOf = (content: FlowDraftContent): string => JSON.stringify(content, null, 2);
const isSame = (one: FlowDraftContent, other: FlowDraftContent) => JSON.stringify(one) === JSON.stringify(other);

/** Why a text is no flow that can be drawn. */
function brokenBy(text: string, words: CheckWords & { readonly notJson: string }): string | undefined {
  if (!isJson(text)) return words.notJson;
  const [first] = shapeProblems(JSON.parse(text), words);
  return first && `${first.path.join(".")}: ${first.message}`;
}

function serverProblem(problem: FlowProblem | undefined): readonly CodeProblem[] {
  if (problem?.field === undefined) return [];
  const path = problem.field.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  return [{ path, message: problem.message }];
}

function useCheckWords(): CheckWords & { readonly notJson: string } {
  const { t } = useLingui();
  return useMemo(
    () => ({
      notJson: t`This is not JSON.`,
      expectedObject: t`An object is expected here.`,
      expectedList: t`A list is expected here.`,
      expectedNode: t`A node is expected here: an object with an id and a type.`,
      expectedTrigger: t`A trigger is expected here: an object with a type.`,
      missing: t`This part is missing:`,
      unknown: t`Nodes of this type have no such part.`,
      taken: t`Another node has this id.`,
    }),
    [t],
  );
}
