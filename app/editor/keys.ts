import { closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { getIndentUnit } from "@codemirror/language";
import { searchKeymap } from "@codemirror/search";
import type { Extension } from "@codemirror/state";
import { EditorView, keymap, type Command, type KeyBinding } from "@codemirror/view";

/** The editor's keys but those of completion and of running. */
export function keys(): Extension {
  return [
    tab,
    keymap.of(
      [...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap].filter(
        (binding) => !typesLetter(binding) && !needsSeveralCursors(binding),
      ),
    ),
  ];
}

/** Alt with a letter or sign is how AltGr and macOS keyboards type characters: never bound. */
function typesLetter(binding: KeyBinding): boolean {
  return [binding.key, binding.mac, binding.linux, binding.win].some((key) =>
    /Alt-(?:\w+-)?[^-]$/.test(key ?? ""),
  );
}

/** Selections are the browser's own, which shows one at a time. */
function needsSeveralCursors(binding: KeyBinding): boolean {
  return ["Mod-d", "Mod-Shift-l", "Mod-Alt-ArrowUp", "Mod-Alt-ArrowDown"].includes(
    binding.key ?? "",
  );
}

/**
 * Tab moves through the page until the user is at work in the editor, by a click or a change; then
 * it indents, and Escape gives it back to the page. So no keyboard user is ever caught (WCAG 2.1.2).
 */
const tab: Extension = [
  EditorView.domEventObservers({
    focus: (_event, view) => view.setTabFocusMode(true),
    click: (_event, view) => view.setTabFocusMode(false),
    // Seen here even when the same key closes a list.
    keydown: (event, view) => {
      if (event.key === "Escape") view.setTabFocusMode(true);
    },
  }),
  EditorView.updateListener.of((update) => {
    const byUser = update.transactions.some(
      (each) => each.isUserEvent("input") || each.isUserEvent("delete"),
    );
    if (byUser) update.view.setTabFocusMode(false);
  }),
  keymap.of([{ key: "Tab", run: indent, shift: indentLess }]),
];

/** Indents the selected lines, or fills with spaces up to the next step. */
function indent(view: EditorView): ReturnType<Command> {
  const { state } = view;
  if (state.readOnly) return false;
  const { main } = state.selection;
  if (!main.empty) return indentMore(view);
  const unit = getIndentUnit(state);
  const column = main.head - state.doc.lineAt(main.head).from;
  const spaces = " ".repeat(unit - (column % unit));
  view.dispatch(state.replaceSelection(spaces), {
    scrollIntoView: true,
    userEvent: "input.indent",
  });
  return true;
}
