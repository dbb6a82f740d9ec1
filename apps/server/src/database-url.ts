/** How a `DATABASE_URL` names one kind of database. Each host lists the kinds that it can open. */
export interface DatabaseForm {
  /** The URL's scheme, before `://`; messages show the first. */
  readonly schemes: readonly [string, ...string[]];
  /** On this machine's disk: its name in `DATA_DIR` where the URL has no path, and whether it is a file or folder. */
  readonly embedded?: {
    readonly name: string;
    readonly is: "file" | "folder";
    /** How the engine refuses what is no database of its kind, and what such a database is called. */
    readonly foreign?: { readonly message: RegExp; readonly expected: string };
  };
  /** On a server: the scheme of the driver's address. */
  readonly address?: string;
  readonly note?: string;
}

/** A parsed `DATABASE_URL`. */
export interface DatabaseTarget<Form extends DatabaseForm = DatabaseForm> {
  readonly form: Form;
  /** The path of an embedded database, or the driver's address. */
  readonly location: string;
}

/** The file or folder of an embedded database without a path. */
export function embeddedUrl({ schemes, embedded }: DatabaseForm, dataDir: string): string {
  return `${schemes[0]}://${dataDir.replace(/\/+$/, "")}/${embedded!.name}`;
}

/** Reads a `DATABASE_URL`; returns a string that explains the error if it is wrong. */
export function readDatabaseUrl<Form extends DatabaseForm>(
  url: string,
  dataDir: string,
  forms: readonly Form[],
): DatabaseTarget<Form> | string {
  const scheme = /^([a-z]+):\/\//.exec(url)?.[1];
  const form = forms.find(({ schemes }) => scheme !== undefined && schemes.includes(scheme));
  if (!scheme || !form) return `on this host it must begin with ${listForms(forms)}`;
  const rest = url.slice(scheme.length + 3);
  if (form.embedded) return { form, location: rest || embeddedUrl(form, dataDir).slice(form.schemes[0].length + 3) };
  // URL parses hosts and paths only for schemes that it knows, so the rest is read as https.
  const parsed = URL.parse(`https://${rest}`);
  if (!parsed?.hostname || parsed.pathname.length < 2) {
    return `it must name a host and a database, as in ${scheme}://user:password@host/database`;
  }
  return { form, location: `${form.address}${rest}` };
}

/** The kinds as a list in words: `postgres:// or neon:// (Neon over HTTP)`. */
export function listForms(forms: readonly DatabaseForm[]): string {
  const shown = forms.map(({ schemes, note }) => `${schemes[0]}://${note ? ` (${note})` : ""}`);
  return [shown.slice(0, -1).join(", "), shown.at(-1)].filter(Boolean).join(" or ");
}

/** The same address with its password hidden, for messages and logs. */
export function redactUrl(url: string): string {
  return url.replace(/^([a-z]+:\/\/[^:/@]*):.*@/i, "$1:…@").replace(/([?&](?:password|sslkey)=)[^&]*/gi, "$1…");
}
