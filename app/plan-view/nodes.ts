// The steps of a plan in the page, and the ways between them.

/** All steps, in the order of the list. */
export function nodes(view: HTMLElement): HTMLElement[] {
  return Array.from(view.querySelectorAll<HTMLElement>(".plan-node"));
}

/** The steps that are not folded away. */
function visibleNodes(view: HTMLElement): HTMLElement[] {
  return nodes(view).filter((node) => node.checkVisibility());
}

/** Folds or unfolds everything below the root. */
export function foldAll(view: HTMLElement, fold: boolean): void {
  for (const below of view.querySelectorAll<HTMLDetailsElement>(".plan-below, .plan-alike > details")) {
    below.open = !fold;
  }
}

/** What is folded together with a step. */
function below(node: HTMLElement): HTMLDetailsElement | null {
  const next = node.nextElementSibling;
  return next instanceof HTMLDetailsElement && next.classList.contains("plan-below") ? next : null;
}

function parentOf(node: HTMLElement): HTMLElement | null {
  const item = node.parentElement?.parentElement?.closest("li:not(.plan-alike)");
  return item?.querySelector<HTMLElement>(":scope > .plan-node") ?? null;
}

/** Moves the focus, and with it the step that Tab comes back to. */
function focusNode(view: HTMLElement, node: HTMLElement): void {
  for (const other of view.querySelectorAll<HTMLElement>('.plan-node[tabindex="0"]')) {
    other.tabIndex = -1;
  }
  node.tabIndex = 0;
  node.focus({ preventScroll: true });
  node.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Unfolds whatever hides a step, and goes there. */
export function bringIntoSight(view: HTMLElement, node: HTMLElement): void {
  unfoldTo(node);
  focusNode(view, node);
  node.scrollIntoView({ block: "center", inline: "nearest" });
}

/** Unfolds whatever hides a step. */
function unfoldTo(node: HTMLElement): void {
  let details = node.parentElement?.closest("details");
  while (details) {
    details.open = true;
    details = details.parentElement?.closest("details");
  }
}

/** Does what a key asks for on a step. False if the key means nothing here. */
export function moveByKey(view: HTMLElement, node: HTMLElement, key: string): boolean {
  const visible = (): HTMLElement[] => visibleNodes(view);
  const go = (to: HTMLElement | null | undefined): boolean => {
    if (to) focusNode(view, to);
    return true;
  };
  switch (key) {
    case "ArrowDown":
    case "ArrowUp": {
      const all = visible();
      const place = all.indexOf(node) + (key === "ArrowDown" ? 1 : -1);
      return go(all[place]);
    }
    case "Home":
      return go(visible()[0]);
    case "End":
      return go(visible().at(-1));
    case "ArrowRight": {
      const folded = below(node);
      if (folded && !folded.open) folded.open = true;
      else go(folded?.querySelector<HTMLElement>(".plan-node"));
      return true;
    }
    case "ArrowLeft": {
      const folded = below(node);
      if (folded?.open) folded.open = false;
      else go(parentOf(node));
      return true;
    }
    case "Enter": {
      const details = node.querySelector<HTMLDetailsElement>(".plan-details");
      if (details) details.open = !details.open;
      return details !== null;
    }
    default:
      return false;
  }
}
