// The row of buttons above a view.

export function tools(...items: HTMLElement[]): HTMLElement {
  const row = document.createElement("div");
  row.className = "plan-tools";
  row.append(...items);
  return row;
}

/** A button that says for a moment what came of it, if the action has something to say. */
export function button(
  title: string,
  action: () => void | string | Promise<void | string>,
): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "button";
  element.textContent = title;
  element.addEventListener("click", async () => {
    let said: void | string;
    try {
      said = await action();
    } catch {
      said = "That did not work";
    }
    if (!said) return;
    element.textContent = said;
    setTimeout(() => {
      element.textContent = title;
    }, 2000);
  });
  return element;
}
