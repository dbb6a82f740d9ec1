/** The shared part of the pages' scripts. Runs in the browser, before the page's own. */
export const PAGE_SCRIPT = `
const $ = (selector) => document.querySelector(selector);

async function ask(path, body, headers) {
  const response = await fetch(path, {
    method: body ? "POST" : "GET",
    credentials: "same-origin",
    headers: { ...(body && { "content-type": "application/json" }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  }).catch(() => undefined);
  const answer = await response?.json().catch(() => undefined);
  if (!response?.ok) throw new Error(answer?.error?.message ?? "The server did not answer. Try again.");
  return answer;
}

/** The button waits for its work, and what goes wrong stands in the card. */
async function attempt(button, work) {
  const wrong = button.closest(".card, header").querySelector(".wrong");
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
`;
