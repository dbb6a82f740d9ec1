import { Copy, Ellipsis, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { confirm } from "../ui/confirm.ts";
import { ContextMenu } from "../ui/context-menu.tsx";
import { Dialog, DialogClose } from "../ui/dialog.tsx";
import { DropdownMenu } from "../ui/dropdown-menu.tsx";
import { Field } from "../ui/field.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Input } from "../ui/input.tsx";
import type { MenuEntry } from "../ui/menu-entries.tsx";
import { Popover } from "../ui/popover.tsx";
import { Sheet } from "../ui/sheet.tsx";
import { toast } from "../ui/toast.ts";

const ENTRIES: readonly MenuEntry[] = [
  { heading: "Item" },
  { label: "Copy id", icon: <Copy aria-hidden />, shortcut: "mod+c", onSelect: () => toast.info("Copied") },
  { label: "Show archived", checked: true, onSelect: () => {} },
  { label: "Move to", entries: [{ label: "Drafts", onSelect: () => {} }] },
  { label: "Documentation", link: <a href="#docs">Documentation</a> },
  "separator",
  { label: "Delete", icon: <Trash2 aria-hidden />, danger: true, onSelect: () => {} },
];

export function Overlays() {
  const [sheet, setSheet] = useState(false);
  const ask = async () => {
    const sure = await confirm({
      title: "Delete the collection?",
      description: "Its 1,204 items are deleted too. This cannot be undone.",
      confirmLabel: "Delete",
      danger: true,
      typeToConfirm: "posts",
    });
    toast.info(sure ? "Confirmed" : "Cancelled");
  };
  return (
    <Card title="Overlays">
      <div className="flex flex-wrap items-center gap-2">
        <Dialog
          title="New collection"
          description="A collection holds items of one shape."
          trigger={<Button>Dialog</Button>}
          footer={
            <>
              <DialogClose>
                <Button>Cancel</Button>
              </DialogClose>
              <Button variant="primary">Create</Button>
            </>
          }
        >
          <Field label="Name" required>
            <Input />
          </Field>
        </Dialog>
        <Button onClick={() => void ask()}>Confirm</Button>
        <Button onClick={() => setSheet(true)}>Sheet</Button>
        <Sheet
          open={sheet}
          onOpenChange={setSheet}
          title="Ada Lovelace"
          footer={<Button variant="primary">Save</Button>}
        >
          <Field label="Email">
            <Input type="email" />
          </Field>
        </Sheet>
        <Popover trigger={<Button>Popover</Button>} label="Columns">
          What is shown here can be changed.
        </Popover>
        <DropdownMenu trigger={<IconButton label="More" icon={<Ellipsis aria-hidden />} />} entries={ENTRIES} />
        <ContextMenu entries={ENTRIES}>
          <Button>Right mouse button</Button>
        </ContextMenu>
      </div>
    </Card>
  );
}
