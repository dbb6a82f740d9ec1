import { Trans, useLingui } from "@lingui/react/macro";
import { Plus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../../ui/button.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import { getIn, setIn } from "../draft/tree.ts";
import { JsonField } from "./json-field.tsx";
import { type NodeFieldProps, problemAt } from "./node-field.ts";

/** The cases of a branch: what its expression is in each. */
export function CaseFields(props: NodeFieldProps): ReactNode {
  const { t } = useLingui();
  const { draft, node, path } = props;
  const cases: readonly unknown[] = Array.isArray(node.cases) ? node.cases : [];
  const at = [...path, "cases"];
  const put = (next: readonly unknown[]) => draft.change((content) => setIn(content, at, next));
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="pb-1 font-medium text-sm">{t`Cases`}</legend>
      {cases.map((each, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a case is known by its place alone
        <div key={i} className="flex items-start gap-2">
          <div className="min-w-0 flex-1">
            <JsonField
              draft={draft}
              at={[...at, i, "is"]}
              label={t`Case ${i + 1}`}
              description={t`A value, such as "paid", or a list of them.`}
              error={problemAt(props, `cases.${i}`)}
              required
              value={getIn(each, ["is"])}
              onValue={(is) => draft.change((content) => setIn(content, [...at, i, "is"], is), `${at.join(".")}.${i}`)}
            />
          </div>
          <IconButton
            label={t`Remove case ${i + 1} with its nodes`}
            icon={<Trash2 aria-hidden />}
            disabled={cases.length === 1}
            onClick={() => put(cases.toSpliced(i, 1))}
          />
        </div>
      ))}
      <div>
        <Button size="sm" icon={<Plus aria-hidden />} onClick={() => put([...cases, { is: "other", do: [] }])}>
          <Trans>Add case</Trans>
        </Button>
      </div>
    </fieldset>
  );
}
