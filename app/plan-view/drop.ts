// Files dropped on a form for plans.

/** Puts the text of a file that is dropped on a field of `.plan-form` into the field. */
export function takeDroppedFiles(document: Document): void {
  const field = (event: Event): HTMLTextAreaElement | null => {
    const target = event.target;
    return target instanceof Element ? target.closest(".plan-form textarea") : null;
  };
  document.addEventListener("dragover", (event) => {
    // Without it, the browser would leave the page for the file.
    if (field(event) && event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const into = field(event);
    const file = event.dataTransfer?.files[0];
    if (!into || !file) return;
    event.preventDefault();
    void file.text().then((text) => {
      into.value = text;
      into.focus();
    });
  });
}
