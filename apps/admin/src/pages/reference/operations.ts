/** The parts of an OpenAPI 3.1 document that the reference shows. */
export interface OpenApiDocument {
  readonly tags?: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, ApiSchema>>; readonly responses?: object };
}

interface RawOperation {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly parameters?: readonly OperationParameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: ApiSchema }>> };
  readonly responses?: Readonly<Record<string, RawResponse>>;
}

interface RawResponse {
  readonly description?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: ApiSchema }>>;
}

export interface OperationParameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: ApiSchema;
}

/** A JSON Schema, as far as it is shown. */
export interface ApiSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, ApiSchema>>;
  readonly required?: readonly string[];
  readonly items?: ApiSchema;
  readonly anyOf?: readonly ApiSchema[];
  readonly oneOf?: readonly ApiSchema[];
}

/** One way to call the API. */
export interface Operation {
  readonly id: string;
  readonly tag: string;
  readonly method: string;
  /** With `{name}` for parameters. */
  readonly path: string;
  readonly summary: string;
  readonly parameters: readonly OperationParameter[];
  /** Of a JSON body. */
  readonly body: ApiSchema | undefined;
  /** Of the answer of success. */
  readonly answer: ApiSchema | undefined;
  /** Statuses of errors. */
  readonly errors: readonly string[];
}

const METHODS = ["get", "post", "put", "patch", "delete"];
const JSON_TYPE = "application/json";

export function operationsOf(document: OpenApiDocument): readonly Operation[] {
  const order = new Map(document.tags?.map(({ name }, i) => [name, i]));
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    METHODS.flatMap((method) => {
      const raw = methods[method];
      return raw ? [operationOf(method.toUpperCase(), path, raw)] : [];
    }),
  );
  return all.sort((a, b) => (order.get(a.tag) ?? order.size) - (order.get(b.tag) ?? order.size));
}

function operationOf(method: string, path: string, raw: RawOperation): Operation {
  const statuses = Object.keys(raw.responses ?? {});
  const success = statuses.find((status) => status.startsWith("2"));
  return {
    id: raw.operationId,
    tag: raw.tags?.[0] ?? "",
    method,
    path,
    summary: raw.summary ?? "",
    parameters: raw.parameters ?? [],
    body: raw.requestBody?.content?.[JSON_TYPE]?.schema,
    answer: success === undefined ? undefined : raw.responses?.[success]?.content?.[JSON_TYPE]?.schema,
    errors: statuses.filter((status) => /^[45]/.test(status)),
  };
}

/** Those with all words of the text somewhere in path, name or summary. */
export function searchOperations(operations: readonly Operation[], text: string): readonly Operation[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return operations.filter(({ id, tag, method, path, summary }) => {
    const all = `${method} ${path} ${id} ${tag} ${summary}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** One line of a schema's table. */
export interface SchemaLine {
  /** Dotted; `[]` is an entry of a list. */
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

const MAX_DEPTH = 3;

/** The properties of a schema, and those within them. */
export function schemaLines(schema: ApiSchema | undefined, document: OpenApiDocument): readonly SchemaLine[] {
  return schema ? linesOf(resolve(schema, document), document, "", 0) : [];
}

function linesOf(schema: ApiSchema, document: OpenApiDocument, before: string, depth: number): SchemaLine[] {
  if (depth === MAX_DEPTH) return [];
  return Object.entries(schema.properties ?? {}).flatMap(([key, raw]) => {
    const own = resolve(raw, document);
    const name = `${before}${key}`;
    const line = {
      name,
      type: typeName(own, document),
      required: schema.required?.includes(key) ?? false,
      description: own.description ?? "",
    };
    const inner = own.items ? resolve(own.items, document) : own;
    return [line, ...linesOf(inner, document, `${name}${own.items ? "[]" : ""}.`, depth + 1)];
  });
}

export function typeName(schema: ApiSchema, document: OpenApiDocument): string {
  const { type, enum: values, anyOf, oneOf, items, format } = resolve(schema, document);
  if (values) return values.map((value) => JSON.stringify(value)).join(" | ");
  const several = anyOf ?? oneOf;
  if (several) return [...new Set(several.map((one) => typeName(one, document)))].join(" | ");
  if (items) return `${typeName(items, document)}[]`;
  if (type === undefined) return "any";
  return format && type === "string" ? format : [type].flat().join(" | ");
}

function resolve(schema: ApiSchema, { components }: OpenApiDocument): ApiSchema {
  const name = /^#\/components\/schemas\/(.+)$/.exec(schema.$ref ?? "")?.[1];
  return name === undefined ? schema : (components?.schemas?.[decodeURIComponent(name)] ?? {});
}

/** A body to begin with: what is required. */
export function exampleOf(schema: ApiSchema, document: OpenApiDocument, depth = 0): unknown {
  const own = resolve(schema, document);
  if (own.default !== undefined) return own.default;
  if (own.const !== undefined) return own.const;
  if (own.examples?.[0] !== undefined) return own.examples[0];
  if (own.enum) return own.enum[0];
  const [first] = own.anyOf ?? own.oneOf ?? [];
  if (first) return exampleOf(first, document, depth);
  const [type] = [own.type].flat();
  if (type === "array") return own.items && depth < MAX_DEPTH ? [exampleOf(own.items, document, depth + 1)] : [];
  if (type === "integer" || type === "number") return 0;
  if (type === "boolean") return false;
  if (type === "string") return "";
  if (depth === MAX_DEPTH) return {};
  const required = Object.entries(own.properties ?? {}).filter(([name]) => own.required?.includes(name));
  return Object.fromEntries(required.map(([name, one]) => [name, exampleOf(one, document, depth + 1)]));
}
