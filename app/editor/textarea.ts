import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, placeholder } from "@codemirror/view";

/** What the textarea's own attributes ask of the editor: `readonly`, `disabled`, `placeholder`. */
export function textareaState(textarea: HTMLTextAreaElement): Extension {
  return [
    EditorState.readOnly.of(textarea.readOnly || textarea.disabled),
    EditorView.editable.of(!textarea.disabled),
    textarea.placeholder ? placeholder(textarea.placeholder) : [],
  ];
}
