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
    void file.arrayBuffer().then((bytes) => {
      into.value = textOf(new Uint8Array(bytes));
      into.focus();
    });
  });
}

/** UTF-8, or UTF-16 where a file begins with its mark, as PowerShell's redirections do. */
function textOf(bytes: Uint8Array): string {
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  const isBig = bytes[0] === 0xfe && bytes[1] === 0xff;
  const encoding = isLittle ? "utf-16le" : isBig ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}
