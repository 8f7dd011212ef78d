/**
 * Ctrl/Cmd+Enter runs and Shift+Ctrl/Cmd+Enter checks, by pressing the form's own button: its
 * `disabled` state, its name in the form data and the page's listeners all count as for a click.
 *
 * Listens on the element in the capture phase, so it is the same for the textarea and the editor,
 * and no newline is inserted.
 */
export function runOrCheck(event: KeyboardEvent): void {
  const shortcut = event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.altKey;
  if (!shortcut || event.isComposing || !(event.currentTarget instanceof HTMLElement)) return;
  event.preventDefault();
  event.stopPropagation();
  // A key held down is one wish.
  if (event.repeat) return;
  button(event.currentTarget, event.shiftKey ? "check" : "run")?.click();
}

function button(editor: HTMLElement, action: "run" | "check"): HTMLElement | null {
  // `elements` also holds buttons that belong to the form from outside, by their `form` attribute.
  for (const control of editor.closest("form")?.elements ?? []) {
    if (control instanceof HTMLElement && control.dataset["action"] === action) return control;
  }
  return null;
}
