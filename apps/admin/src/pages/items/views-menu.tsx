import { Trans, useLingui } from "@lingui/react/macro";
import { Bookmark } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { Button } from "../../ui/button.tsx";
import { confirm } from "../../ui/confirm.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { DropdownMenu } from "../../ui/dropdown-menu.tsx";
import { errorWords } from "../../ui/error-words.ts";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import type { MenuEntry } from "../../ui/menu-entries.tsx";
import { Switch } from "../../ui/switch.tsx";
import { toast } from "../../ui/toast.ts";
import { ALL_ITEMS, defaultView, type SavedView, useViews, type ViewState } from "./use-views.ts";

export interface ViewsMenuProps {
  readonly collection: string;
  /** Id of the view that was chosen last. */
  readonly chosen: string | undefined;
  /** How the items are shown now. */
  readonly state: ViewState;
  /** `all`: what stands for no view where the collection has a default one. */
  readonly onChoose: (view: SavedView | undefined, all?: string) => void;
}

/** Views of the collection: to choose one, and to keep what is shown now as one. */
export function ViewsMenu({ collection, chosen, state, onChoose }: ViewsMenuProps) {
  const { t } = useLingui();
  const { rows: views } = useViews(collection);
  const { rights } = useWorkspace();
  const [saving, setSaving] = useState(false);
  const current = views.find(({ id }) => id === chosen);
  const hasDefault = defaultView(views) !== undefined;
  const chooseAll = () => onChoose(undefined, hasDefault ? ALL_ITEMS : undefined);
  const say = (error: Error) => toast.error(t`The view was not saved`, { description: errorWords(error) });
  const update = useApiMutation<SavedView>({
    run: (api, { id }) => api.patch(`views/${id}`, state),
    changes: ["views"],
    onDone: () => toast.success(t`View saved`),
  });
  const choose = useApiMutation<SavedView>({
    run: (api, { id, is_default }) => api.patch(`views/${id}`, { is_default: !is_default }),
    changes: ["views"],
    onDone: () => toast.success(t`View saved`),
  });
  const remove = useApiMutation<SavedView>({
    run: (api, { id }) => api.delete(`views/${id}`),
    changes: ["views"],
    onDone: chooseAll,
  });
  const askRemove = async (view: SavedView) => {
    const description = view.shared ? t`Nobody in the workspace has it any more.` : t`The items stay as they are.`;
    const sure = await confirm({
      title: t`Delete the view “${view.name}”?`,
      description,
      confirmLabel: t`Delete`,
      danger: true,
    });
    if (sure) remove.mutate(view, { onError: say });
  };
  const entryOf = (view: SavedView): MenuEntry => ({
    label: view.is_default ? t`${view.name} (default)` : view.name,
    checked: view.id === chosen,
    onSelect: () => onChoose(view),
  });
  const defaultEntry = (view: SavedView): MenuEntry => ({
    label: view.is_default
      ? t`No longer open with “${view.name}”`
      : view.shared
        ? t`Open with “${view.name}” for everybody`
        : t`Open with “${view.name}”`,
    onSelect: () => choose.mutate(view, { onError: say }),
  });
  const shared = views.filter((view) => view.shared);
  const own = views.filter((view) => !view.shared);
  const entries: MenuEntry[] = [
    { label: t`All items`, checked: current === undefined, onSelect: chooseAll },
    ...(own.length > 0 ? [{ heading: t`Mine` }, ...own.map(entryOf)] : []),
    ...(shared.length > 0 ? [{ heading: t`Shared` }, ...shared.map(entryOf)] : []),
    "separator",
    { label: t`Save as a new view…`, onSelect: () => setSaving(true) },
    ...(current
      ? ([
          { label: t`Save to “${current.name}”`, onSelect: () => update.mutate(current, { onError: say }) },
          ...(current.own || rights.develop ? [defaultEntry(current)] : []),
          { label: t`Delete “${current.name}”`, danger: true, onSelect: () => void askRemove(current) },
        ] satisfies MenuEntry[])
      : []),
  ];
  return (
    <>
      <DropdownMenu
        align="start"
        entries={entries}
        trigger={
          <Button icon={<Bookmark aria-hidden />}>
            <span className="max-w-40 truncate">{current?.name ?? t`Views`}</span>
          </Button>
        }
      />
      {saving && (
        <SaveDialog
          collection={collection}
          state={state}
          onClose={() => setSaving(false)}
          onSaved={(view) => {
            setSaving(false);
            onChoose(view);
          }}
        />
      )}
    </>
  );
}

interface SaveDialogProps {
  readonly collection: string;
  readonly state: ViewState;
  readonly onClose: () => void;
  readonly onSaved: (view: SavedView) => void;
}

function SaveDialog({ collection, state, onClose, onSaved }: SaveDialogProps) {
  const { t } = useLingui();
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const [isDefault, setDefault] = useState(false);
  const save = useApiMutation<void, SavedView>({
    run: (api) => api.post("views", { collection, name: name.trim(), shared, is_default: isDefault, ...state }),
    changes: ["views"],
    onDone: onSaved,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "") save.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t`Save as a view`}
      description={t`It keeps the search, the filter, the order, the columns and the layout.`}
      footer={
        <Button type="submit" form="save-view" variant="primary" pending={save.isPending} disabled={name.trim() === ""}>
          <Trans>Save view</Trans>
        </Button>
      }
    >
      <form id="save-view" onSubmit={submit} className="flex flex-col gap-4">
        <Field label={t`Name`} required error={save.error?.message}>
          <Input value={name} maxLength={100} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label={t`Everybody in the workspace sees it`} inline>
          <Switch checked={shared} onCheckedChange={setShared} />
        </Field>
        <Field label={t`The collection opens with it`} inline>
          <Switch checked={isDefault} onCheckedChange={setDefault} />
        </Field>
      </form>
    </Dialog>
  );
}
