import { useState } from "react";
import { Card } from "../ui/card.tsx";
import { BarChart, LineChart } from "../ui/chart.tsx";
import { CodeEditor } from "../ui/code-editor.tsx";
import type { CodeProblem } from "../ui/code-problems.ts";
import { DiffView } from "../ui/diff-view.tsx";
import { Field } from "../ui/field.tsx";
import { JsonView } from "../ui/json-view.tsx";
import { Sparkline } from "../ui/sparkline.tsx";

const TABLES = { posts: ["id", "title", "author"], users: ["id", "email"] };

const ROWS = Array.from({ length: 30 }, (_, index) => ({
  x: Date.UTC(2026, 10, 29, 18, index),
  values: { ok: 40 + Math.round(20 * Math.sin(index / 4)), failed: index % 9 === 0 ? 8 : index === 14 ? null : 2 },
}));
const SERIES = [
  { key: "ok", label: "Answered" },
  { key: "failed", label: "Failed" },
];
const BEFORE = { title: "A quick fox", views: 12, tags: ["a", "b"], draft: true };
const AFTER = { title: "A slow brown fox", views: 13, tags: ["a", "c"], summary: "New" };

function requireTitle(value: unknown): readonly CodeProblem[] {
  const title = typeof value === "object" && value !== null && "title" in value ? value.title : undefined;
  return typeof title === "string" ? [] : [{ path: ["title"], message: "Expected a text." }];
}

export function Data() {
  const [code, setCode] = useState('{\n  "title": 12,\n  "draft": true\n}');
  const [query, setQuery] = useState("select id, title\nfrom posts\nwhere author = 'ada' -- drafts too\nlimit 10");
  return (
    <>
      <Card title="Code">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Item" description="As JSON.">
            <CodeEditor language="json" value={code} onValueChange={setCode} validate={requireTitle} />
          </Field>
          <Field label="Query">
            <CodeEditor language="sql" value={query} onValueChange={setQuery} tables={TABLES} />
          </Field>
        </div>
      </Card>
      <Card title="Values">
        <div className="grid gap-4 sm:grid-cols-2">
          <JsonView value={{ id: "0193b0a2", tags: ["a", "b"], author: { name: "Ada", age: null }, ok: true }} />
          <DiffView before={BEFORE} after={AFTER} labels={{ title: "Title" }} />
        </div>
      </Card>
      <Card title="Charts">
        <div className="grid gap-4 sm:grid-cols-2">
          <LineChart label="Requests a minute" rows={ROWS} series={SERIES} />
          <BarChart label="Requests a minute, as bars" rows={ROWS} series={SERIES} stacked />
          <Sparkline label="Requests, 42 in the last minute" values={ROWS.map((row) => row.values.ok)} />
        </div>
      </Card>
    </>
  );
}
