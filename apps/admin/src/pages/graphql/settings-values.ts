export interface TrustedDocument {
  readonly sha256: string;
  readonly document: string;
}

export interface GraphqlSettingsValues {
  readonly introspection: "everyone" | "admins";
  readonly documents: "any" | "trusted";
  readonly trusted: readonly TrustedDocument[];
}

export interface GraphqlSettingsChange extends Partial<Omit<GraphqlSettingsValues, "trusted">> {
  readonly add_trusted?: readonly string[];
  readonly remove_trusted?: readonly string[];
}
