import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/**
 * Text typed over a selection is inserted by the editor and not by the browser.
 *
 * Chromium gives what is typed the look of what it replaces, by a `style` attribute, which the
 * page's Content-Security-Policy refuses with an error in the console.
 */
export const replacing: Extension = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { data: text, inputType, isComposing } = event;
    const { state } = view;
    const { from, to, empty } = state.selection.main;
    if (inputType !== "insertText" || !text || isComposing || empty || state.readOnly) return false;

    event.preventDefault();
    const insert = () =>
      state.update(state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
    // The handlers put a selection into brackets or quotes.
    const handlers = state.facet(EditorView.inputHandler);
    if (!handlers.some((handle) => handle(view, from, to, text, insert))) view.dispatch(insert());
    return true;
  },
});
