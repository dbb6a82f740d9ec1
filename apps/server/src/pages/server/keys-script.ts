/** Makes two keys and shows them only once. Adds texts to the page only as text, never as HTML. */
export const KEYS_SCRIPT = `
// The secret one last: if only one is made, it is the one that can do little.
before.keys = () => ({ name: page.publishable, kind: "publishable" });
after.keys = async (publishable) => {
  const secret = await ask("POST", "/keys", { name: page.secret, kind: "secret" });
  $("#secret").textContent = secret.data.key;
  $("#publishable").textContent = publishable.data.key;
  if ($("#example")) $("#example").textContent = example(secret.data.key);
  $("#step-keys").hidden = true;
  $("#step-done").hidden = false;
  $("#step-done h2").focus();
};

function example(key) {
  const curl = (path, ...more) => ["curl " + location.origin + path, '-H "x-api-key: $KEY"', ...more].join(" \\\\\\n  ");
  const post = (path, body) =>
    curl(path, "-H 'content-type: application/json'", "-d '" + JSON.stringify(body) + "'");
  const fields = [{ name: "title", type: "text", required: true }, { name: "done", type: "boolean", default: false }];
  return [
    "KEY=" + key,
    post("/api/collections", { slug: "tasks", fields }),
    post("/api/items/tasks", { title: "Try Plinth" }),
    curl("/api/items/tasks"),
  ].join("\\n\\n");
}

document.addEventListener("click", async (event) => {
  const id = event.target.dataset?.copy;
  if (!id) return;
  try {
    await navigator.clipboard.writeText($("#" + id).textContent);
    event.target.textContent = page.copied;
  } catch {
    getSelection().selectAllChildren($("#" + id));
    event.target.textContent = page.selected;
  }
  setTimeout(() => { event.target.textContent = page.copy; }, 1500);
});
`;
