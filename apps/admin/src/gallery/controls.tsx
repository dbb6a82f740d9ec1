import { Plus, Settings, Table2, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { Combobox } from "../ui/combobox.tsx";
import { DateTimeInput } from "../ui/date-time-input.tsx";
import { Field } from "../ui/field.tsx";
import { FileDrop } from "../ui/file-drop.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Input } from "../ui/input.tsx";
import { MultiCombobox } from "../ui/multi-combobox.tsx";
import { NumberInput } from "../ui/number-input.tsx";
import type { Option } from "../ui/option.ts";
import { RadioGroup } from "../ui/radio-group.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { SegmentedControl } from "../ui/segmented-control.tsx";
import { Select } from "../ui/select.tsx";
import { Switch } from "../ui/switch.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { toast } from "../ui/toast.ts";

const LONG: Option[] = Array.from({ length: 5000 }, (_, index) => ({ value: `c${index}`, label: `Customer ${index}` }));
const TYPES = [
  { value: "text", label: "Text", description: "Any characters" },
  { value: "integer", label: "Integer" },
  { value: "json", label: "JSON", disabled: true },
] as const;

async function searchPeople(query: string): Promise<Option[]> {
  const names = ["Ada Lovelace", "Alan Turing", "Grace Hopper", "Zoë Quinn"];
  return names
    .filter((name) => name.toLowerCase().includes(query.toLowerCase()))
    .map((name) => ({ value: name, label: name, description: "Author" }));
}

export function Controls() {
  return (
    <>
      <Buttons />
      <Fields />
      <Choices />
    </>
  );
}

function Buttons() {
  return (
    <Card title="Buttons">
      <div className="flex flex-wrap items-center gap-2">
        <Button variant="primary" icon={<Plus aria-hidden />}>
          New item
        </Button>
        <Button>Secondary</Button>
        <Button variant="ghost">Ghost</Button>
        <Button variant="danger">Delete</Button>
        <Button variant="link">Link</Button>
        <Button variant="primary" pending>
          Saving
        </Button>
        <Button disabled>Disabled</Button>
        <Button size="sm">Small</Button>
        <Button size="lg" variant="primary">
          Large
        </Button>
        <Button asChild>
          <a href="#link">Documentation</a>
        </Button>
        <IconButton label="Settings" shortcut="mod+," icon={<Settings aria-hidden />} />
        <IconButton label="Delete" size="sm" icon={<Trash2 aria-hidden />} />
      </div>
    </Card>
  );
}

function Fields() {
  const [text, setText] = useState("posts");
  const [number, setNumber] = useState<number | null>(42);
  const [at, setAt] = useState<string | null>("2026-11-29T18:30:00.000Z");
  return (
    <Card title="Fields" description="A label, a control, a description, an error.">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Name" description="Lower case, digits and _." required>
          <Input value={text} onChange={(event) => setText(event.target.value)} />
        </Field>
        <Field label="Slug" error="Another collection has this slug. Choose another.">
          <Input value="posts" readOnly />
        </Field>
        <Field label="Note" aside={<a href="#help">Help</a>}>
          <Textarea placeholder="Shown to everyone" />
        </Field>
        <Field label="Limit">
          <NumberInput value={number} onValueChange={setNumber} min={0} max={1000} />
        </Field>
        <Field label="Published at">
          <DateTimeInput kind="datetime" value={at} onValueChange={setAt} />
        </Field>
        <Field label="Day">
          <DateTimeInput kind="date" value="2026-11-29" onValueChange={() => {}} />
        </Field>
        <Field label="Disabled">
          <Input value="fixed" disabled />
        </Field>
        <div className="flex items-end">
          <SearchInput label="Search users" value="" onSearch={(query) => toast.info(`Searched: ${query}`)} />
        </div>
        <FileDrop
          className="sm:col-span-2"
          label="A CSV, JSON or NDJSON file"
          accept=".csv,.json,.ndjson"
          maxBytes={10_000_000}
          onFiles={(files) => toast.success(files[0]?.name)}
          onText={(pasted) => toast.success(`${pasted.length} characters`)}
        />
      </div>
    </Card>
  );
}

function Choices() {
  const [type, setType] = useState<"text" | "integer" | "json" | null>(null);
  const [customer, setCustomer] = useState<string | null>("c7");
  const [person, setPerson] = useState<string | null>(null);
  const [roles, setRoles] = useState<Option[]>([{ value: "editor", label: "Editor" }]);
  const [on, setOn] = useState(true);
  const [view, setView] = useState<"table" | "cards" | "calendar">("table");
  const [mode, setMode] = useState<"open" | "closed">("open");
  return (
    <Card title="Choices">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Type">
          <Select value={type} onValueChange={setType} options={TYPES} />
        </Field>
        <Field label="Customer (5,000)">
          <Combobox value={customer} onValueChange={setCustomer} source={LONG} clearable />
        </Field>
        <Field label="Author (searched)">
          <Combobox
            value={person}
            onValueChange={setPerson}
            source={searchPeople}
            onCreate={(name) => setPerson(name)}
          />
        </Field>
        <Field label="Roles">
          <MultiCombobox
            value={roles}
            onValueChange={setRoles}
            addLabel="Add role"
            source={["Editor", "Author", "Reader"].map((label) => ({ value: label.toLowerCase(), label }))}
          />
        </Field>
        <div className="flex flex-col gap-3">
          <Field label="Send a mail" description="To the address of the account." inline>
            <Checkbox checked={on} onCheckedChange={(next) => setOn(next === true)} />
          </Field>
          <Field label="Some of them" inline>
            <Checkbox checked="indeterminate" />
          </Field>
          <Field label="Accept" error="Accept it to go on." inline>
            <Checkbox checked={false} />
          </Field>
          <Field label="Live" inline>
            <Switch checked={on} onCheckedChange={setOn} />
          </Field>
          <Field label="Disabled" inline>
            <Switch disabled />
          </Field>
        </div>
        <Field label="Sign-up">
          <RadioGroup
            boxed
            value={mode}
            onValueChange={setMode}
            options={[
              { value: "open", label: "Open", description: "Anybody can make an account." },
              { value: "closed", label: "Closed", description: "Operators make accounts." },
            ]}
          />
        </Field>
        <Field label="View">
          <SegmentedControl
            value={view}
            onValueChange={setView}
            options={[
              { value: "table", label: "Table", icon: <Table2 aria-hidden /> },
              { value: "cards", label: "Cards" },
              { value: "calendar", label: "Calendar" },
            ]}
          />
        </Field>
      </div>
    </Card>
  );
}
