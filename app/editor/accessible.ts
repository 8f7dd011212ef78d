import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { currentMark } from "./marks";

const HINT = "Once you type or click, Tab indents. To leave the editor, press Escape, then Tab.";

let editors = 0;

/**
 * What assistive technology learns of an editor: the textarea's label and description, the way out
 * (WCAG 2.1.2), and the message of a marked error.
 */
export class Accessible {
  readonly extension: Extension;

  /** The texts that the editor refers to go into `frame`, hidden: only references read them. */
  constructor(textarea: HTMLTextAreaElement, frame: HTMLElement) {
    const prefix = `sql-editor-${(editors += 1)}`;
    const hint = hiddenText(`${prefix}-hint`, HINT);
    const error = hiddenText(`${prefix}-error`, "");
    frame.append(hint, error);

    const name = accessibleName(textarea, prefix);
    const described = [textarea.getAttribute("aria-describedby"), hint.id];
    this.extension = [
      EditorView.contentAttributes.of((view) => {
        const message = currentMark(view.state)?.message;
        // Described, too: `aria-errormessage` would need a text that is seen.
        const invalid = { "aria-invalid": "true" };
        return {
          ...name,
          ...(message === undefined ? {} : invalid),
          "aria-describedby": [...described, message && error.id].filter(Boolean).join(" "),
          // The text is SQL: neither prose to correct nor to translate.
          spellcheck: "false",
          autocorrect: "off",
          autocapitalize: "off",
          translate: "no",
        };
      }),
      EditorView.updateListener.of((update) => {
        const message = currentMark(update.state)?.message ?? "";
        if (error.textContent !== message) error.textContent = message;
      }),
    ];
  }
}

function accessibleName(textarea: HTMLTextAreaElement, prefix: string): Record<string, string> {
  const labelledBy = textarea.getAttribute("aria-labelledby");
  if (labelledBy) return { "aria-labelledby": labelledBy };
  const label = textarea.getAttribute("aria-label");
  if (label) return { "aria-label": label };
  const labels = Array.from(textarea.labels, (element, index) => {
    element.id ||= `${prefix}-label-${index}`;
    return element.id;
  });
  return labels.length > 0 ? { "aria-labelledby": labels.join(" ") } : { "aria-label": "SQL" };
}

function hiddenText(id: string, text: string): HTMLElement {
  const element = document.createElement("p");
  element.id = id;
  element.hidden = true;
  element.textContent = text;
  return element;
}
