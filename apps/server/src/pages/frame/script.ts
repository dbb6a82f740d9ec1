import type { PageLanguage } from "../messages/index.ts";

interface ScriptData {
  readonly api: string;
  readonly next: string;
  readonly errors?: object | undefined;
  readonly [key: string]: unknown;
}

/** What the shared script needs, and `more` for the page's own. */
export function scriptData({ code, messages }: PageLanguage, more: ScriptData): object {
  const { checks, errors, sign_up } = messages;
  return {
    language: code,
    checks,
    must_agree: sign_up.must_agree,
    ...more,
    errors: { ...errors, ...more.errors },
  };
}

/**
 * What the scripts of all pages share. Runs in the browser, before the page's own, and adds texts to the page only as
 * text. A page's script says what happens around a form by its kind: `before` gives what is sent besides its fields,
 * `after` goes on with the answer.
 */
export const SHARED_SCRIPT = `
const page = JSON.parse(document.getElementById("page").textContent);
const $ = (selector, root = document) => root.querySelector(selector);
/** Headers of a form's request, and what is done after it: see the challenges. */
let headersOf = () => undefined;
let afterSending = () => {};
const before = {};
const after = {};
/** Goes on after an error, by its code. */
const failed = {};

async function ask(method, path, body, headers) {
  const response = await fetch(page.api + path, {
    method,
    credentials: "same-origin",
    headers: { "accept-language": page.language, ...(body && { "content-type": "application/json" }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  }).catch(() => undefined);
  const answer = await response?.json().catch(() => undefined);
  if (response?.ok) return answer;
  throw answer?.error ?? { code: "UNAVAILABLE" };
}

const valuesOf = (form) =>
  Object.fromEntries([...form.elements].filter((input) => input.name && input.type !== "checkbox").map((input) => [input.name, input.value]));

/** Marks a field, or takes the mark away. */
function mark(input, text = "") {
  input.setAttribute("aria-invalid", text ? "true" : "false");
  document.getElementById(input.id + "-error").textContent = text;
}

/** Whether the form may be sent; else the first wrong field has the focus. */
function check(form) {
  const wrong = [...form.elements].filter((input) => {
    if (!input.willValidate || !input.name) return false;
    const kind = Object.keys(page.checks).find((one) => input.validity[one]);
    const text = kind && (input.type === "checkbox" ? page.must_agree : page.checks[kind]);
    mark(input, text?.replace("{min}", input.minLength));
    return kind !== undefined;
  });
  wrong[0]?.focus();
  return wrong.length === 0;
}

/** To another page first, and back to this one afterwards. */
function detour(path) {
  const url = new URL(path, location.href);
  url.searchParams.set("next", location.pathname + location.search);
  location.assign(url.href);
}

/** Shows an error of the API: at the field that it names, or above the button. */
function fail(form, { code, message, details = {} }) {
  const first = { STEP_UP_REQUIRED: page.step_up, UNAUTHORIZED: page.sign_in }[code];
  if (first) return detour(first);
  const known = page.errors[code + "." + details.field] ?? page.errors[code];
  const text = (known ?? message ?? page.errors.UNAVAILABLE).replace("{seconds}", details.retry_after ?? 60).replace("{email}", details.email ?? "");
  const { field } = details;
  const input = field && [...form.elements].find((one) => one.name && [one.name, one.dataset.errorsOf].includes(field));
  if (!input) $(".wrong", form).textContent = text;
  else {
    mark(input, text);
    input.focus();
  }
}

/** Says something in the form's place, and moves there who does not see it. */
function replaceBy(form, text) {
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  said.tabIndex = -1;
  said.textContent = text;
  form.replaceWith(said);
  said.focus();
}

/** Goes on after a sign-in or sign-up. Where the cookie was not taken, the next page would only lead back. */
async function enter(answer) {
  if (answer.two_factor_redirect) return location.assign(page.second_factor);
  if (!(await ask("GET", "/auth/get-session"))) throw { code: "NO_COOKIE" };
  location.replace(page.next);
}

/** No line break inside a number of a phone. */
const onOneLine = (text) => text.replaceAll(" ", "\\u00a0");

const say = (text) => { $("#status").textContent = text; };

/** The token in the address has done its work, and need not stay in the history. */
const forgetToken = () => history.replaceState(null, "", location.pathname);

document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const button = event.submitter ?? $("button:not([type])", form);
  if (button.ariaDisabled === "true") return;
  $(".wrong", form).textContent = "";
  say("");
  if (!check(form)) return;
  button.ariaDisabled = "true";
  try {
    const values = { ...valuesOf(form), ...before[form.dataset.kind]?.(form) };
    const body = form.dataset.method === "POST" || Object.keys(values).length > 0 ? values : undefined;
    const answer = await ask(form.dataset.method, form.dataset.path, body, headersOf(form));
    await (after[form.dataset.kind] ?? (() => replaceBy(form, form.dataset.done)))(answer, form, values);
  } catch (error) {
    (failed[error.code] ?? fail)(form, error);
  } finally {
    afterSending(form);
    button.ariaDisabled = "false";
  }
});

document.addEventListener("click", ({ target }) => {
  const { shows } = target.dataset;
  if (!shows) return;
  const input = document.getElementById(shows);
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  target.ariaPressed = String(shown);
});

// Another language keeps the rest of the address, and with it the token of a mail.
for (const link of document.querySelectorAll("footer [hreflang]")) {
  const url = new URL(location.href);
  url.searchParams.set("lang", link.hreflang);
  link.href = url.href;
}

for (const time of document.querySelectorAll("time[data-local]")) {
  time.textContent = new Date(time.dateTime).toLocaleString(page.language, { dateStyle: "medium", timeStyle: "short" });
}
`;
