/** The tables an editor can complete: each table's name and its columns, in their order. */
export type Schema = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the `schema` attribute, `{"table": ["column", ...]}`.
 *
 * Completion is a help, not a need: what is missing or malformed gives an empty schema, and the
 * console says so.
 */
export function parseSchema(attribute: string | null): Schema {
  if (!attribute) return new Map();
  try {
    const tables: unknown = JSON.parse(attribute);
    if (!isTables(tables)) throw new TypeError("not an object of lists of names");
    return new Map(Object.entries(tables));
  } catch (error) {
    console.warn("sql-editor: the schema attribute cannot be read:", error);
    return new Map();
  }
}

function isTables(value: unknown): value is Record<string, string[]> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every(
      (columns) => Array.isArray(columns) && columns.every((column) => typeof column === "string"),
    )
  );
}
