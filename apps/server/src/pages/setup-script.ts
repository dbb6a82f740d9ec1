/** Runs in the browser. Puts texts into the page only as text, and sends the token that the address carries. */
export const SETUP_SCRIPT = `
const $ = (selector) => document.querySelector(selector);
const token = new URLSearchParams(location.search).get("token");

async function send(path, body, headers) {
  const response = await fetch(path, {
    method: "POST",
    credentials: "same-origin",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Error(answer?.error?.message ?? "The server did not answer. Try again.");
  return answer;
}

async function attempt(step, button, work) {
  const wrong = $(step + " .wrong");
  wrong.textContent = "";
  button.disabled = true;
  try {
    await work();
  } catch (error) {
    wrong.textContent = error.message;
  } finally {
    button.disabled = false;
  }
}

function goTo(step) {
  for (const other of document.querySelectorAll("#setup > div")) other.hidden = "#" + other.id !== step;
  $(step + " h2").focus();
}

$("#account").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (!form.reportValidity()) return;
  attempt("#step-account", form.querySelector("button"), async () => {
    const account = Object.fromEntries(new FormData(form));
    await send("/api/auth/sign-up/email", account, token ? { "x-plinth-setup-token": token } : {});
    // The link has done its work; it need not stay in the history.
    history.replaceState(null, "", location.pathname);
    goTo("#step-keys");
  });
});

$("#make-keys").addEventListener("click", (event) => {
  attempt("#step-keys", event.target, async () => {
    const secret = await send("/api/keys", { name: "First secret key", kind: "secret" });
    const publishable = await send("/api/keys", { name: "First publishable key", kind: "publishable" });
    $("#secret").textContent = secret.data.key;
    $("#publishable").textContent = publishable.data.key;
    $("#example").textContent = example(secret.data.key);
    goTo("#step-done");
  });
});

function example(key) {
  const call = (path, body) =>
    "curl " + location.origin + path + " \\\\\\n  -H 'x-api-key: " + key + "' \\\\\\n" +
    "  -H 'content-type: application/json' \\\\\\n  -d '" + JSON.stringify(body) + "'\\n";
  const fields = [{ name: "title", type: "text", required: true }, { name: "done", type: "boolean", default: false }];
  return call("/api/collections", { slug: "tasks", fields }) + "\\n" + call("/api/items/tasks", { title: "Try Plinth" }) +
    "\\ncurl " + location.origin + "/api/items/tasks -H 'x-api-key: " + key + "'";
}

document.addEventListener("click", async (event) => {
  const id = event.target.dataset?.copy;
  if (!id) return;
  try {
    await navigator.clipboard.writeText($("#" + id).textContent);
    event.target.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren($("#" + id));
    event.target.textContent = "Selected";
  }
  setTimeout(() => { event.target.textContent = "Copy"; }, 1500);
});
`;
