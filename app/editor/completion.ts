import {
  acceptCompletion,
  autocompletion,
  closeCompletion,
  completionStatus,
  moveCompletionSelection,
  selectedCompletionIndex,
  setSelectedCompletion,
  startCompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import { Prec, type Extension } from "@codemirror/state";
import { keymap, type EditorView } from "@codemirror/view";
import { FREQUENT, FUNCTIONS, KEYWORDS, RESERVED, TYPES } from "./dialect";
import type { Schema } from "./schema";
import { scopeAt, type Scope } from "./scope";

/** Letters typed before suggestions open by themselves; Ctrl+Space asks for them at any place. */
const LETTERS_TO_OPEN = 2;

/**
 * Suggests keywords, types, functions, and the names of the exercise and of the statement itself.
 *
 * Opens with nothing chosen, so Enter stays a newline until the user moves into the list with the
 * arrow keys; Tab takes the chosen suggestion, or the first.
 */
export function completion(schema: Schema): Extension {
  return [
    autocompletion({
      override: [(context) => complete(context, schema)],
      selectOnOpen: false,
      icons: false,
      defaultKeymap: false,
    }),
    Prec.highest(
      keymap.of([
        { key: "Ctrl-Space", run: ask },
        { key: "Escape", run: closeCompletion },
        { key: "ArrowDown", run: moveCompletionSelection(true) },
        { key: "ArrowUp", run: moveCompletionSelection(false) },
        { key: "PageDown", run: moveCompletionSelection(true, "page") },
        { key: "PageUp", run: moveCompletionSelection(false, "page") },
        { key: "Enter", run: acceptCompletion },
        { key: "Tab", run: acceptFirst },
      ]),
    ),
  ];
}

function ask(view: EditorView): boolean {
  view.setTabFocusMode(false);
  return startCompletion(view);
}

function acceptFirst(view: EditorView): boolean {
  if (completionStatus(view.state) !== "active") return false;
  if (selectedCompletionIndex(view.state) === null) {
    view.dispatch({ effects: setSelectedCompletion(0) });
  }
  return acceptCompletion(view);
}

const QUALIFIED = /([\p{L}_][\p{L}\p{N}_$]*)\.([\p{L}_][\p{L}\p{N}_$]*)?$/u;
const WORD = /[\p{L}_][\p{L}\p{N}_$]*$/u;
const NO_SUGGESTIONS_IN = /^(String|LineComment|BlockComment|QuotedIdentifier|Number|Bits|Bytes)$/;

function complete(context: CompletionContext, schema: Schema): CompletionResult | null {
  const { state, pos, explicit } = context;
  if (NO_SUGGESTIONS_IN.test(syntaxTree(state).resolveInner(pos, -1).name)) return null;

  const qualified = context.matchBefore(QUALIFIED);
  if (qualified) {
    const [qualifier = "", typed = ""] = qualified.text.split(".");
    const name = qualifier.toLowerCase();
    const table = scopeAt(state, qualified.from, schema).aliases.get(name) ?? name;
    const columns = schema.get(table) ?? [];
    return result(
      pos - typed.length,
      typed,
      columns.map((column) => named(column, table)),
    );
  }

  const typed = context.matchBefore(WORD)?.text ?? "";
  if (!explicit && typed.length < LETTERS_TO_OPEN) return null;
  const scope = scopeAt(state, pos - typed.length, schema);
  return result(pos - typed.length, typed, [...names(scope, schema), ...words(typed)]);

  function result(from: number, word: string, options: Completion[]): CompletionResult | null {
    const more = options.filter((option) => option.label.toLowerCase() !== word.toLowerCase());
    if (more.length === 0) return null;
    return {
      from,
      options: more,
      getMatch: (_option, matched) => matched ?? [],
      update: (_result, _from, _to, later) => complete(later, schema),
    };
  }
}

/** Tables, columns and the statement's own names, as far as they fit the place. */
function names(scope: Scope, schema: Schema): Completion[] {
  const tables = Array.from(schema.keys(), (table) => named(table, "table"));
  const given = Array.from(scope.names, (name) => named(name, "named here"));
  if (scope.atTable) return [...tables, ...given];
  const aliases = Array.from(scope.aliases, ([alias, table]) => named(alias, table));
  return [...columns(scope, schema), ...tables, ...given, ...aliases];
}

/** The columns of the statement's tables; of all tables, as long as it names none. */
function columns(scope: Scope, schema: Schema): Completion[] {
  const tablesOf = new Map<string, string[]>();
  for (const [table, columns] of schema) {
    if (scope.tables.size > 0 && !scope.tables.has(table)) continue;
    for (const column of columns) tablesOf.set(column, [...(tablesOf.get(column) ?? []), table]);
  }
  return Array.from(tablesOf, ([column, tables]) => named(column, tables.join(", ")));
}

/** A name, quoted where PostgreSQL would read it otherwise. */
function named(name: string, detail: string): Completion {
  const plain = /^[a-z_][a-z0-9_$]*$/.test(name) && !RESERVED.has(name);
  return { label: name, apply: plain ? name : `"${name.replaceAll('"', '""')}"`, detail };
}

/** The language's own words: only those that begin as typed, for there are hundreds. */
function words(typed: string): Completion[] {
  const start = typed.toLowerCase();
  const begun = (list: readonly string[]): string[] =>
    list.filter((word) => word.startsWith(start));
  return [
    ...begun(KEYWORDS).map((word) => keyword(word)),
    ...begun(FUNCTIONS).map((word) => ({
      label: word,
      detail: "function",
      boost: boost(word, -1),
    })),
    ...begun(TYPES).map((word) => ({ label: word, detail: "type", boost: -2 })),
  ];
}

/** Matched in lower case, in which all else is spelled too: the matcher prefers the case typed. */
function keyword(word: string): Completion {
  const upper = word.toUpperCase();
  return { label: word, displayLabel: upper, apply: upper, boost: boost(word, -1) };
}

/** Frequent words come in front of names, others behind. */
function boost(word: string, otherwise: number): number {
  const rank = FREQUENT.indexOf(word);
  return rank < 0 ? otherwise : FREQUENT.length - rank;
}
