import { copyText, download, drawingAsPng, drawingAsSvg } from "./download";
import { bringIntoSight, foldAll, moveByKey, nodes } from "./nodes";
import { Search } from "./search";
import { makeSortable } from "./sort";
import { button, tools } from "./tools";

/**
 * `<plan-view>`: makes a plan that the server has drawn easier to work with.
 *
 * All that there is to see is in the page without this script, and so is the choice between the
 * views. It adds a search, folding all steps at once, keys, sorting of tables, and downloads. Links
 * to a step show the list of steps, whatever view they are in.
 *
 * Keys on a step: the arrows go to the steps around it (right unfolds, left folds), Home and End to
 * the first and last, Enter opens its details, `/` goes to the search.
 */
export class PlanView extends HTMLElement {
  #listeners: AbortController | null = null;

  connectedCallback(): void {
    if (this.#listeners) return;
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    this.#addTools();
    const first = nodes(this)[0];
    for (const node of nodes(this)) {
      node.tabIndex = node === first ? 0 : -1;
      node.setAttribute("role", "group");
      node.setAttribute("aria-label", name(node));
    }
    for (const table of this.querySelectorAll<HTMLTableElement>("table[data-sortable]")) {
      makeSortable(table);
    }
    this.addEventListener("keydown", (event) => this.#key(event), { signal });
    // Findings stand before this element and lead into it.
    const around = this.closest("article, section") ?? this;
    around.addEventListener("click", (event) => this.#follow(event as MouseEvent), { signal });
    const linked = this.#target(location.hash);
    if (linked) this.#show(linked);
  }

  disconnectedCallback(): void {
    this.#listeners?.abort();
    this.#listeners = null;
  }

  #addTools(): void {
    const steps = this.querySelector(".plan-pane-steps");
    if (steps && !steps.querySelector(".plan-tools")) {
      const search = new Search(this);
      steps.prepend(
        tools(
          search.element,
          button("Fold all", () => foldAll(this, true)),
          button("Unfold all", () => foldAll(this, false)),
        ),
      );
    }
    const diagram = this.querySelector(".plan-pane-diagram");
    const drawing = diagram?.querySelector<SVGSVGElement>("svg.plan-diagram");
    if (diagram && drawing && !diagram.querySelector(".plan-tools")) {
      diagram.prepend(
        tools(
          button("Save as SVG", () => download("plan.svg", drawingAsSvg(drawing))),
          button("Save as PNG", async () => download("plan.png", await drawingAsPng(drawing))),
        ),
      );
    }
    const text = this.querySelector(".plan-pane-text");
    const plan = text?.querySelector("pre");
    if (text && plan && !text.querySelector(".plan-tools")) {
      const asText = (): string => plan.textContent ?? "";
      text.prepend(
        tools(
          button("Copy", () => copyText(asText(), plan)),
          button("Save", () => download("plan.txt", new Blob([asText()], { type: "text/plain" }))),
        ),
      );
    }
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    if (event.key === "/" && !target.closest("input, textarea")) {
      const search = this.querySelector<HTMLInputElement>(".plan-search input");
      if (!search?.checkVisibility()) return;
      event.preventDefault();
      search.focus();
      return;
    }
    if (target.classList.contains("plan-node") && moveByKey(this, target, event.key)) {
      event.preventDefault();
    }
  }

  /** Shows the step that a link leads to, whatever hides it. */
  #follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey) return;
    const link = (event.target as Element).closest("a");
    const hash = link?.getAttribute("href") ?? "";
    const node = this.#target(hash);
    if (!node) return;
    event.preventDefault();
    // The address names the step, so that it can be passed on; nothing scrolls by that.
    history.replaceState(history.state, "", hash);
    this.#show(node);
  }

  #target(hash: string): HTMLElement | null {
    if (!hash.startsWith("#plan-")) return null;
    const element = document.getElementById(hash.slice(1));
    return element && this.contains(element) ? element : null;
  }

  #show(node: HTMLElement): void {
    const diagram = this.querySelector<HTMLInputElement>(".plan-views input[value=diagram]");
    const steps = this.querySelector<HTMLInputElement>(".plan-views input[value=steps]");
    // The list stands below the diagram, too.
    if (steps && !diagram?.checked) steps.checked = true;
    bringIntoSight(this, node);
  }
}

/** A step in the words of its heading. */
function name(node: HTMLElement): string {
  const parts = node.querySelectorAll(".plan-head > *");
  return Array.from(parts, (part) => part.textContent ?? "").join(" ");
}
