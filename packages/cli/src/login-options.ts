import { flag, text } from "./command.ts";

export const LOGIN_OPTIONS = {
  url: text("URL", "where Plinth runs; or PLINTH_URL; asked unless given"),
  profile: text("NAME", "the name under which this is kept; default unless given"),
  workspace: text("NAME", "the workspace that later commands work in; or PLINTH_WORKSPACE"),
  email: text("EMAIL", "asked unless given"),
  "password-stdin": flag("read the password from the standard input, instead of asking for it"),
  code: text("CODE", "of the authenticator app, or a recovery code; asked if it is needed"),
  "as-user": flag("the account is that of a user of the workspace, with the role admin; else an operator's"),
  "key-stdin": flag("keep an API key, read from the standard input, instead of signing in"),
} as const;

export const SETUP_OPTIONS = {
  url: text("URL", "where Plinth runs, if it is not where the link says; or PLINTH_URL"),
  profile: LOGIN_OPTIONS.profile,
  email: text("EMAIL", "of the operator; asked unless given"),
  name: text("NAME", "what the operator is called; unless given, what stands before the @ of the address"),
  "password-stdin": LOGIN_OPTIONS["password-stdin"],
} as const;
