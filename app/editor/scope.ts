import { syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";
import type { SyntaxNode } from "@lezer/common";
import type { Schema } from "./schema";

/** What the statement at a place names. Names are folded to lower case. */
export interface Scope {
  /** The schema's tables that the statement reads or writes. */
  readonly tables: ReadonlySet<string>;
  /** Short names for them, `m` in `FROM members m`. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Other names it gives: common table expressions, subqueries, output columns. */
  readonly names: ReadonlySet<string>;
  /** Whether a table's name is to stand at the place, as after FROM. */
  readonly atTable: boolean;
}

const BEFORE_TABLE = new Set(["from", "join", "update", "into", "only", "using", "table"]);

/**
 * Reads the statement at `position`, where the word being typed starts. The text is unfinished
 * while it is typed, so this looks at its tokens in order and at no structure, and takes all levels
 * of subqueries as one.
 */
export function scopeAt(state: EditorState, position: number, schema: Schema): Scope {
  const tables = new Set<string>();
  const aliases = new Map<string, string>();
  const names = new Set<string>();

  /** Whether a table's name comes next, as after FROM. */
  let expectsTable = false;
  /** The schema's table just named, which an alias may follow. */
  let table: string | null = null;
  /** Whether the list after FROM goes on, so that a comma brings the next table. */
  let inTableList = false;
  /** Whether a name given here comes next, as after AS, a subquery or an unknown table. */
  let expectsName = false;
  let lastName: string | null = null;
  /** `busy` after `busy AS`, which an open bracket makes a common table expression. */
  let nameBeforeAs: string | null = null;
  let atTable = false;

  for (const { type, text, from } of tokens(state, position)) {
    const word = text.toLowerCase();
    const isName = type === "Identifier";
    if (expectsTable && schema.has(word)) {
      tables.add(word);
      table = word;
      inTableList = true;
      expectsTable = false;
    } else if (word === "as") {
      nameBeforeAs = table === null ? lastName : null;
      expectsName = true;
    } else if (isName) {
      if (table !== null) aliases.set(word, table);
      else if (expectsName) names.add(word);
      inTableList = table !== null || expectsTable;
      expectsName = expectsTable;
      expectsTable = false;
      table = null;
    } else if (word !== "not" && word !== "materialized") {
      if (word === "(" && nameBeforeAs !== null) names.add(nameBeforeAs);
      nameBeforeAs = null;
      expectsTable = BEFORE_TABLE.has(word) || (word === "," && inTableList);
      expectsName = word === ")";
      inTableList = false;
      table = null;
    }
    lastName = isName ? word : null;
    if (from < position) atTable = expectsTable;
  }
  return { tables, aliases, names, atTable };
}

interface Token {
  readonly type: string;
  readonly text: string;
  readonly from: number;
}

function* tokens(state: EditorState, position: number): Generator<Token> {
  const statement = statementAt(state, position);
  if (!statement) return;
  const end = statement.to;
  const cursor = statement.cursor();
  while (cursor.next() && cursor.from < end) {
    if (cursor.node.firstChild || /Comment$|^String$/.test(cursor.name)) continue;
    const { name, from, to } = cursor;
    const text = state.sliceDoc(from, to);
    if (name === "QuotedIdentifier") yield { type: "Identifier", text: text.slice(1, -1), from };
    else yield { type: name, text, from };
  }
}

/** The statement that holds `position`, or the unfinished one in front of it. */
function statementAt(state: EditorState, position: number): SyntaxNode | null {
  const tree = syntaxTree(state);
  for (let node: SyntaxNode | null = tree.resolveInner(position, -1); node; node = node.parent) {
    if (node.name === "Statement") return node;
  }
  const before = tree.topNode.childBefore(position);
  return before?.name === "Statement" && before.lastChild?.name !== ";" ? before : null;
}
