/** Where the statements that create Plinth's own tables differ. */
export interface SystemSql {
  /** Columns that order the rows of the change log and of messages; and their primary key, where it is separate. */
  readonly changeKey: string;
  readonly messageKey: string;
  readonly key: string;
  /** The type of an image. */
  readonly image: string;
  /** Finds a table of the database: one row, or none. */
  findTable(name: string): string;
  /** Functions that statements call, and what the log's triggers need. */
  readonly functions: readonly string[];
  /** What `SqlDialect.accentKey` calls. */
  readonly accentKey: readonly string[];
  readonly logSupport: readonly string[];
  /** Makes the log's functions take the id from the column that a trigger names. */
  readonly logById: readonly string[];
  /** What the triggers call that delete an item with those that refer to it. */
  readonly deleteTarget: readonly string[];
  /** Lets the relations of earlier tables be checked late. */
  readonly makeDeferrable: readonly string[];
  /** Puts a text column of a table that is there in the order of its bytes, which a database may not have by itself. */
  byBytes(table: string, column: string): readonly string[];
  /** Renames the keys of stored definitions and of their fields: `renamed` makes an expression of one for a key. */
  renameDefinitionKeys(renamed: (key: string) => string): string;
  /** The JSON text of a member of the object that a column holds as a text. */
  jsonMember(column: string, name: string): string;
  /** Notes in `plinth_identity_changes` which row was written: `event` is such as `delete on plinth_sessions`. */
  readonly noteChange: {
    /** What the triggers call. */
    readonly support: readonly string[];
    trigger(name: string, event: string, kind: string, subject: string): string;
  };
}
