// Open as react.html?server=http://127.0.0.1:8787&key=pk_live_…  (see README.md beside this file)
import { createClient } from "@plinth/client";
import { useQuery, useSync } from "@plinth/client/react";
import { indexedDbStore, newItemId, sync } from "@plinth/client/sync";
import { failedCollectionOptions, syncCollectionOptions } from "@plinth/client/tanstack-db";
import { createCollection } from "@tanstack/db";
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

const { server = "", key = "" } = Object.fromEntries(new URLSearchParams(location.search));
const client = createClient({ url: server, key, storage: localStorage });
const db = sync(client, { shapes: { todos: {} }, store: indexedDbStore() });
/** The same rows as collections of TanStack DB, and the writes that the server has refused. */
const todos = createCollection(syncCollectionOptions(db, { collection: "todos" }));
const failed = createCollection(failedCollectionOptions(db));

/** The rows of a collection, as they are now. `useLiveQuery` of @tanstack/react-db does this for queries. */
function useRows(collection) {
  const [rows, setRows] = useState([]);
  useEffect(() => {
    const show = () => setRows([...collection.values()]);
    const subscription = collection.subscribeChanges(show, { includeInitialState: true });
    return () => subscription.unsubscribe();
  }, [collection]);
  return rows;
}

function List() {
  const rows = useQuery(db, "todos", { sort: "text" });
  const { state, queued, leads, error } = useSync(db);
  const size = useRows(todos).length;
  const refused = useRows(failed);
  const add = (event) => {
    event.preventDefault();
    const form = event.target;
    const text = form.elements.text.value.trim();
    // By TanStack DB; ticks go to the replica itself.
    if (text !== "") todos.insert({ id: newItemId(), text, done: false });
    form.reset();
  };
  return (
    <main id="page" data-state={state} data-queued={queued} data-leads={leads} data-size={size}>
      <header>
        <h1>A list that works offline</h1>
        <p role="status">{queued > 0 ? `${state}, ${queued} to send` : state}</p>
      </header>
      <form onSubmit={add}>
        <input id="text" placeholder="What is to be done?" aria-label="New entry" autoComplete="off" />
        <button type="submit">Add</button>
      </form>
      <p role="alert">
        {state === "stopped" && error?.message}
        {refused.map(({ id, error }) => (
          <button key={id} type="button" onClick={() => failed.delete(id)}>{`${error.message} Drop it`}</button>
        ))}
      </p>
      <ul>
        {rows.map(({ id, text, done }) => (
          <li key={id}>
            <label>
              <input
                type="checkbox"
                checked={done === true}
                onChange={({ target }) => db.update("todos", id, { done: target.checked })}
              />
              <span>{text}</span>
            </label>
          </li>
        ))}
      </ul>
      <footer>{`${size} ${size === 1 ? "entry" : "entries"}`}</footer>
    </main>
  );
}

createRoot(document.querySelector("#root")).render(<List />);
