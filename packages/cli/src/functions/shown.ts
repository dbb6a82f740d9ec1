export const DEPLOYMENTS = "/api/deployments";

export const FUNCTION_COLUMNS = [
  "name",
  "version",
  "runtime",
  "auth",
  "methods",
  "as",
  "actions",
  "collections",
  "fetch",
];

/** What a function may do is shown with each deployment. */
export const shownFunction = ({ permissions, http, ...rest }: Record<string, unknown>) => ({
  ...rest,
  ...(permissions as object),
  ...(http as object),
});
