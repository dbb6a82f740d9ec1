import type { Messages } from "../messages/index.ts";
import { type Html, html } from "./html.ts";

export interface FieldOptions {
  /** The key in what is sent. */
  readonly name: string;
  readonly label: string;
  readonly type?: "text" | "email" | "tel" | "password";
  readonly autocomplete: string;
  readonly hint?: string | undefined;
  readonly value?: string;
  readonly minLength?: number;
  readonly maxLength: number;
  /** False: it may be left empty. */
  readonly required?: boolean;
  /** Digits are typed on a keyboard of digits. */
  readonly numeric?: boolean;
  /** Where another form of the page has a field of this name. */
  readonly idSuffix?: string;
  /** How the API's errors name the field, where that differs. */
  readonly errorsOf?: string;
}

/** A label, an input, and below it the error that the script or the server finds in it, which belongs to the input. */
export function field(texts: Messages, options: FieldOptions): Html {
  const {
    name,
    label,
    type = "text",
    hint,
    value = "",
    autocomplete,
    minLength,
    maxLength,
    numeric,
    required = true,
    errorsOf,
  } = options;
  const id = fieldId(name, options.idSuffix);
  const described = hint === undefined ? `${id}-error` : `${id}-hint ${id}-error`;
  return html`<div class="field"><label for="${id}">${label}</label>
<div class="input"><input id="${id}" name="${name}" type="${type}" value="${value}" autocomplete="${autocomplete}"${required && html` required`}${minLength !== undefined && html` minlength="${minLength}"`} maxlength="${maxLength}"${numeric && html` inputmode="numeric"`}${errorsOf !== undefined && html` data-errors-of="${errorsOf}"`} aria-describedby="${described}">${type === "password" && showButton(id, texts)}</div>
${hint !== undefined && html`<p class="hint" id="${id}-hint">${hint}</p>`}
<p class="error" id="${id}-error"></p></div>`;
}

const fieldId = (name: string, suffix?: string): string =>
  suffix === undefined ? `field-${name}` : `field-${name}-${suffix}`;

function showButton(id: string, { common }: Messages): Html {
  return html`<button class="quiet" type="button" data-shows="${id}" aria-pressed="false" aria-label="${common.show_password}: ${common.password}">${common.show_password}</button>`;
}

/** `label` may hold links. */
export function checkbox(name: string, label: Html, { required }: { required: boolean }): Html {
  const id = fieldId(name);
  return html`<div class="field check"><input id="${id}" name="${name}" type="checkbox"${required && html` required`} aria-describedby="${id}-error"><label for="${id}">${label}</label>
<p class="error" id="${id}-error"></p></div>`;
}

export interface FormOptions {
  /** How the script knows it. */
  readonly kind: string;
  /** Below the API of the page. */
  readonly path: string;
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly fields?: readonly Html[];
  /** What is sent besides the fields. */
  readonly values?: Readonly<Record<string, string>>;
  readonly submit: string;
  /** Other words for the button, for those who do not see what it stands beside. */
  readonly submitLabel?: string;
  readonly look?: "quiet" | "plain" | "danger" | undefined;
  /** What to say in its place when it is done. */
  readonly done?: string;
}

/**
 * A form that the script sends to the API. An error of a field stands at the field, any other above the button; both are
 * read aloud. What happens afterwards is `done`, or a function of the page's script.
 */
export function form(texts: Messages, options: FormOptions): Html {
  const { kind, path, method = "POST", fields = [], values = {}, submit, submitLabel, look, done } = options;
  const hidden = Object.entries(values).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<form data-kind="${kind}"${fields.length === 0 && html` class="bare"`} data-path="${path}" data-method="${method}"${done !== undefined && html` data-done="${done}"`} novalidate>
${hidden}${fields}
<p class="wrong" role="alert"></p>
<button${look && html` class="${look}"`}${submitLabel !== undefined && html` aria-label="${submitLabel}"`}>${submit}</button>
<noscript><p class="wrong">${texts.common.needs_script}</p></noscript>
</form>`;
}

/** Beside the name: who is signed in, `role` as what, and the button that ends it. `after["sign-out"]` goes on. */
export function sessionForm(
  { common }: Messages,
  { email, role }: { email?: string; role?: string | undefined },
): Html {
  return html`<form class="session" data-kind="sign-out" data-path="/auth/sign-out" data-method="POST"><span><b>${email ?? ""}</b>${role !== undefined && ` ${role}`}</span><button class="quiet">${common.sign_out}</button><p class="wrong" role="alert"></p></form>`;
}

export const emailField = (texts: Messages, options: Partial<FieldOptions> = {}): Html =>
  field(texts, {
    name: "email",
    label: texts.common.email,
    type: "email",
    autocomplete: "username",
    maxLength: 254,
    ...options,
  });

export const phoneField = (texts: Messages, options: Partial<FieldOptions> = {}): Html =>
  field(texts, {
    name: "phone",
    label: texts.common.phone,
    type: "tel",
    autocomplete: "tel",
    hint: texts.common.phone_hint,
    maxLength: 40,
    ...options,
  });

export const nameField = (texts: Messages, value = ""): Html =>
  field(texts, { name: "name", label: texts.common.name, autocomplete: "name", maxLength: 200, value });

/** For a password that exists. */
export const passwordField = (texts: Messages, options: Partial<FieldOptions> = {}): Html =>
  field(texts, {
    name: "password",
    label: texts.common.password,
    type: "password",
    autocomplete: "current-password",
    maxLength: 128,
    ...options,
  });

export function newPasswordField(texts: Messages, { minLength = 8, ...options }: Partial<FieldOptions> = {}): Html {
  const hint = texts.common.password_hint.replace("{min}", String(minLength));
  return passwordField(texts, { autocomplete: "new-password", minLength, hint, ...options });
}

/** For the code of an authenticator app, and what stands in for one. */
export const codeField = (texts: Messages, options: Partial<FieldOptions> & { label: string }): Html =>
  field(texts, { name: "code", autocomplete: "one-time-code", maxLength: 8, numeric: true, ...options });
