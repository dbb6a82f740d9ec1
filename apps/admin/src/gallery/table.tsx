import { Users } from "lucide-react";
import { useState } from "react";
import { Badge } from "../ui/badge.tsx";
import { DataTable } from "../ui/data-table.tsx";
import type { DataColumn } from "../ui/data-table-model.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.ts";

interface Person {
  id: string;
  name: string;
  role: string;
  items: number | null;
  seen: string;
}

const ROLES = ["author", "editor", "reader"];

function people(count: number): Person[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `u${index}`,
    name: `Person ${index}`,
    role: ROLES[index % 3]!,
    items: index % 7 === 0 ? null : (index * 37) % 101,
    seen: new Date(Date.UTC(2026, 10, 29) - index * 3_600_000).toISOString(),
  }));
}

const COLUMNS: readonly DataColumn<Person>[] = [
  { id: "name", header: "Name", cell: (row) => row.name, sortBy: (row) => row.name, primary: true },
  { id: "role", header: "Role", cell: (row) => <Badge>{row.role}</Badge>, sortBy: (row) => row.role },
  { id: "items", header: "Items", cell: (row) => row.items ?? "–", sortBy: (row) => row.items, align: "end" },
  { id: "seen", header: "Last seen", cell: (row) => <Time value={row.seen} />, sortBy: (row) => row.seen },
];

const FEW = people(6);
const MANY = people(3000);
const NONE: readonly Person[] = [];

export function Table() {
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set(["u1"]));
  const common = {
    columns: COLUMNS,
    rowId: (row: Person) => row.id,
    empty: (
      <EmptyState icon={<Users />} title="No users yet">
        Who signs up appears here.
      </EmptyState>
    ),
  };
  return (
    <>
      <DataTable
        {...common}
        label="People"
        rows={FEW}
        selection={selection}
        onSelectionChange={setSelection}
        onOpen={(row) => toast.info(row.name)}
        actions={(row) => [{ label: "Block", danger: true, onSelect: () => toast.info(row.name) }]}
      />
      <DataTable
        {...common}
        label="3,000 people"
        rows={MANY}
        onOpen={(row) => toast.info(row.name)}
        className="max-h-80"
      />
      <DataTable {...common} label="Nobody" rows={NONE} />
      <DataTable {...common} label="Loading" rows={undefined} />
    </>
  );
}
