import { Trans, useLingui } from "@lingui/react/macro";
import { Trash2 } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import type { Draft } from "../../schema/draft.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Field } from "../../ui/field.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";

interface PathsCardProps {
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
}

/** The indexed paths of a document collection. */
export function PathsCard({ draft, onDraft }: PathsCardProps): ReactNode {
  const { t } = useLingui();
  const [path, setPath] = useState("");
  const paths = draft.indexed_paths;
  const wanted = path.trim();
  const isThere = paths.includes(wanted);
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (wanted === "" || isThere) return;
    onDraft({ ...draft, indexed_paths: [...paths, wanted] });
    setPath("");
  };
  return (
    <Card
      title={t`Indexed paths`}
      description={t`Filters and sorts by these places in the documents stay fast: kind, or customer.city.`}
    >
      <div className="flex flex-col gap-3">
        {paths.length > 0 && (
          <ul className="divide-y rounded-md border">
            {paths.map((one) => (
              <li key={one} className="flex items-center gap-2 py-1 pr-1 pl-3 text-sm">
                <code className="min-w-0 flex-1 break-all">{one}</code>
                <IconButton
                  size="sm"
                  label={t`Remove ${one}`}
                  icon={<Trash2 aria-hidden />}
                  onClick={() => onDraft({ ...draft, indexed_paths: paths.filter((other) => other !== one) })}
                />
              </li>
            ))}
          </ul>
        )}
        <form onSubmit={add} className="flex flex-wrap items-end gap-2">
          <Field label={t`Path`} error={isThere ? t`It is indexed already.` : undefined} className="min-w-48 flex-1">
            <Input
              value={path}
              spellCheck={false}
              placeholder="customer.city"
              onChange={(event) => setPath(event.target.value)}
            />
          </Field>
          <Button type="submit" disabled={wanted === ""}>
            <Trans>Add path</Trans>
          </Button>
        </form>
      </div>
    </Card>
  );
}
