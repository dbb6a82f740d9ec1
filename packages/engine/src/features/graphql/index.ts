export {
  changeGraphqlSettings,
  GRAPHQL_DOCUMENTS,
  GRAPHQL_INTROSPECTION,
  type GraphqlSettings,
  graphqlSettingsOf,
  graphqlSettingsSchema,
  type ShownGraphqlSettings,
  showGraphqlSettings,
} from "./settings.ts";
