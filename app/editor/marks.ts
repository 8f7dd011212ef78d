import { ensureSyntaxTree } from "@codemirror/language";
import {
  RangeSet,
  StateEffect,
  StateField,
  type EditorState,
  type Extension,
  type Transaction,
} from "@codemirror/state";
import {
  Decoration,
  EditorView,
  GutterMarker,
  hoverTooltip,
  lineNumberMarkers,
  showTooltip,
  WidgetType,
  type Tooltip,
} from "@codemirror/view";

/** An error and its place, in UTF-16 code units from the start of the document. */
export interface Mark {
  readonly at: number;
  readonly message: string;
}

/** A mark with the text it underlines: none where the text ends before the error's place. */
export interface PlacedMark extends Mark {
  readonly from: number;
  readonly to: number;
}

/** Marks an error in place of the one before, or none. */
export const setMark = StateEffect.define<Mark | null>();

/** The error shown now: none once its line is edited. */
export function currentMark(state: EditorState): PlacedMark | null {
  return state.field(field, false) ?? null;
}

/** Underlines the marked error, shows its line in the gutter and its message beside it. */
export function marks(): Extension {
  return [field, hover];
}

const field = StateField.define<PlacedMark | null>({
  create: () => null,
  update(mark, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setMark)) return effect.value && place(transaction.state, effect.value);
    }
    return mark && transaction.docChanged ? carry(mark, transaction) : mark;
  },
  provide: (field) => [
    EditorView.decorations.from(field, (mark) =>
      mark ? Decoration.set(decoration(mark).range(mark.from, mark.to)) : Decoration.none,
    ),
    lineNumberMarkers.compute([field], (state) => {
      const mark = state.field(field);
      return mark
        ? RangeSet.of(gutterMark.range(state.doc.lineAt(mark.from).from))
        : RangeSet.empty;
    }),
    // For the keyboard and for touch, which cannot hover: while the cursor is at the place.
    showTooltip.compute([field, "selection"], (state) => {
      const mark = state.field(field);
      return mark && touches(mark, state.selection.main.head) ? tooltip(mark) : null;
    }),
  ],
});

const hover = hoverTooltip((view, position) => {
  const mark = view.state.field(field);
  if (!mark || !touches(mark, position)) return null;
  const shown = touches(mark, view.state.selection.main.head);
  return shown ? null : tooltip(mark);
});

function touches(mark: PlacedMark, position: number): boolean {
  return position >= mark.from && position <= mark.to;
}

/** The mark after an edit elsewhere, or none if the edit touches its line or its place. */
function carry(mark: PlacedMark, { startState, changes }: Transaction): PlacedMark | null {
  const line = startState.doc.lineAt(mark.from);
  if (changes.touchesRange(line.from, Math.max(line.to, mark.at))) return null;
  const [at, from, to] = [mark.at, mark.from, mark.to].map((each) => changes.mapPos(each, 1));
  return { ...mark, at: at!, from: from!, to: to! };
}

/** Finds the text to underline: the token at the place, or the end of the last line before it. */
function place(state: EditorState, mark: Mark): PlacedMark {
  const at = Math.min(mark.at, state.doc.length);
  const line = state.doc.lineAt(at);
  const rest = line.text.slice(at - line.from);
  if (rest.trim() === "") {
    // "At end of input": where the text ends, not where the blank lines after it do.
    const end = state.sliceDoc(0, at).trimEnd().length;
    return { ...mark, at, from: end, to: end };
  }
  const node = ensureSyntaxTree(state, line.to, 50)?.resolveInner(at, 1);
  if (node && node.from === at && node.to > at && !node.firstChild) {
    // PostgreSQL points at the start of `m.name` and means all of it.
    const parent = node.parent;
    const whole = parent?.name === "CompositeIdentifier" && parent.from === at ? parent : node;
    return { ...mark, at, from: at, to: Math.min(whole.to, line.to) };
  }
  const token = /^(?:[\p{L}\p{N}_$]+|\s*.)/u.exec(rest)?.[0] ?? rest;
  return { ...mark, at, from: at, to: at + token.length };
}

class EndOfLine extends WidgetType {
  override toDOM(): HTMLElement {
    const element = document.createElement("span");
    element.className = "cm-sqlError cm-sqlErrorEnd";
    return element;
  }
}

const endOfLine = Decoration.widget({ widget: new EndOfLine(), side: 1 });
const underline = Decoration.mark({ class: "cm-sqlError" });

function decoration(mark: PlacedMark): Decoration {
  return mark.from === mark.to ? endOfLine : underline;
}

const gutterMark = new (class extends GutterMarker {
  override elementClass = "cm-sqlErrorLine";
})();

function tooltip(mark: PlacedMark): Tooltip {
  return {
    pos: mark.from,
    end: mark.to,
    above: true,
    create: () => {
      const dom = document.createElement("div");
      dom.className = "cm-sqlErrorMessage";
      dom.textContent = mark.message;
      return { dom };
    },
  };
}
