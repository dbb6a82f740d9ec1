/** Values for the names in addresses of samples. */
export type SampleNames = Readonly<Record<string, string>>;

/** Calls the API as an operator by a path below `/api/operator`, with a JSON body or a file (`Blob`) if there is one; throws for refusals. */
export type SampleApi = <Answer = { data: { id: string } }>(
  path: string,
  body?: unknown,
  method?: string,
) => Promise<Answer>;

/**
 * Makes what the samples of a page show, with the names that are there already, and answers with further ones.
 * `sample-data.ts` of a page's folder exports it as `fillSample`.
 */
export type FillSample = (api: SampleApi, names: SampleNames) => Promise<SampleNames>;
