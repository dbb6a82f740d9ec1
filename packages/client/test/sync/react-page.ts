import { createCollection } from "@tanstack/db";
import { createElement as h, StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { createClient } from "../../src/index.ts";
import { useAuth, useQuery, useSync } from "../../src/react/index.ts";
import { indexedDbStore, newItemId, sync } from "../../src/sync/index.ts";
import { syncCollectionOptions } from "../../src/tanstack-db.ts";

/** A list that works offline, for a test in a browser: `?server=…&key=…`. */

interface Todo {
  id: string;
  text: string;
  done: boolean;
  version?: number;
}

const { server = "", key = "" } = Object.fromEntries(new URLSearchParams(location.search));
const client = createClient({ url: server, key, storage: localStorage });
const db = sync(client, { shapes: { todos: {} }, store: indexedDbStore() });
/** The same rows, as TanStack DB has them. */
const todos = createCollection(syncCollectionOptions<Todo>(db, { collection: "todos" }));

function Page() {
  const rows = useQuery<Todo>(db, "todos", { sort: "text" });
  const { state, queued, leads } = useSync(db);
  const { loading } = useAuth(client);
  const [size, setSize] = useState(0);
  useEffect(() => {
    const subscription = todos.subscribeChanges(() => setSize(todos.size), { includeInitialState: true });
    return () => subscription.unsubscribe();
  }, []);
  const [text, setText] = useState("");
  const add = (event: { preventDefault(): void }): void => {
    event.preventDefault();
    // By TanStack DB; ticks go to the replica itself.
    todos.insert({ id: newItemId(), text, done: false });
    setText("");
  };
  return h(
    "main",
    {
      id: "page",
      "data-state": loading ? "loading" : state,
      "data-queued": queued,
      "data-leads": leads,
      "data-size": size,
    },
    h("h1", null, "To do"),
    h("p", null, `${state}${queued > 0 ? `, ${queued} to send` : ""}`),
    h("form", { onSubmit: add }, h("input", { id: "text", value: text, onChange: (e) => setText(e.target.value) })),
    h(
      "ul",
      null,
      rows.map((row) =>
        h(
          "li",
          { key: row.id },
          h("label", null, [
            h("input", {
              key: "done",
              type: "checkbox",
              checked: row.done,
              onChange: (e) => void db.update("todos", row.id, { done: e.target.checked }),
            }),
            ` ${row.text}`,
          ]),
        ),
      ),
    ),
  );
}

createRoot(document.querySelector("#root")!).render(h(StrictMode, null, h(Page)));
