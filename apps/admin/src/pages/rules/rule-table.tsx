import { ACTIONS, type Action } from "@plinth/core";
import type { ReactNode } from "react";
import { useActionNames } from "../../data/action-names.ts";
import { MatrixCell } from "./matrix-cell.tsx";
import type { Cell } from "./rules.ts";

interface RuleTableProps {
  readonly caption: string;
  /** What the rows are. */
  readonly of: ReactNode;
  readonly rows: readonly {
    readonly name: string;
    readonly head: ReactNode;
    readonly cell: (action: Action) => Cell;
  }[];
  readonly onOpen: (row: string, action: Action) => void;
}

/** Cells of rules by action: of one role for each collection, or of one collection for each role. */
export function RuleTable({ caption, of, rows, onOpen }: RuleTableProps): ReactNode {
  const names = useActionNames();
  return (
    <div className="overflow-x-auto rounded-lg border bg-surface">
      <table className="w-full border-collapse text-sm md:table-fixed">
        <caption className="sr-only">{caption}</caption>
        <thead className="hidden bg-sunken text-muted text-xs md:table-header-group">
          <tr>
            <th scope="col" className="w-[30%] px-3 py-2 text-left font-medium">
              {of}
            </th>
            {ACTIONS.map((action) => (
              <th key={action} scope="col" className="px-3 py-2 text-left font-medium">
                {names[action]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, head, cell }) => (
            <tr key={name} className="flex flex-wrap border-t md:table-row">
              <th
                scope="row"
                className="w-full break-words px-3 py-3.5 text-left align-top font-medium max-md:pb-0 md:w-auto"
              >
                {head}
              </th>
              {ACTIONS.map((action) => (
                <td key={action} className="w-1/2 p-1 align-top md:w-auto">
                  <MatrixCell
                    label={`${name}: ${names[action]}`}
                    name={names[action]}
                    cell={cell(action)}
                    onOpen={() => onOpen(name, action)}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
