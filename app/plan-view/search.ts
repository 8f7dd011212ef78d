import { bringIntoSight, nodes } from "./nodes";

/** A field that finds steps by any word they show, folded away or not. */
export class Search {
  readonly element: HTMLElement;
  readonly #view: HTMLElement;
  readonly #field: HTMLInputElement;
  readonly #status: HTMLElement;
  #found: HTMLElement[] = [];
  #at = -1;

  constructor(view: HTMLElement) {
    this.#view = view;
    this.#field = document.createElement("input");
    this.#field.type = "search";
    this.#field.placeholder = "Find a step";
    this.#field.setAttribute("aria-label", "Find a step");
    this.#status = document.createElement("span");
    this.#status.setAttribute("role", "status");
    this.element = document.createElement("span");
    this.element.className = "plan-search";
    this.element.append(this.#field, this.#status);
    this.#field.addEventListener("input", () => this.#look());
    this.#field.addEventListener("keydown", (event) => this.#key(event));
  }

  #look(): void {
    for (const node of this.#found) node.classList.remove("plan-found");
    const wanted = this.#field.value.trim().toLowerCase();
    const has = (node: HTMLElement): boolean =>
      (node.textContent ?? "").toLowerCase().includes(wanted);
    this.#found = wanted === "" ? [] : nodes(this.#view).filter(has);
    this.#at = -1;
    for (const node of this.#found) node.classList.add("plan-found");
    this.#tell(wanted);
  }

  #tell(wanted: string): void {
    const number = this.#found.length;
    const place = this.#at >= 0 ? `${this.#at + 1} of ` : "";
    const noun = number === 1 ? "step" : "steps";
    this.#status.textContent =
      wanted === "" ? "" : number === 0 ? "no step" : `${place}${number} ${noun}; Enter goes there`;
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Escape" && this.#field.value !== "") {
      event.preventDefault();
      this.#field.value = "";
      this.#look();
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#go(event.shiftKey ? -1 : 1);
    }
  }

  /** Shows the next step that was found; the field keeps the focus. */
  #go(by: number): void {
    const number = this.#found.length;
    if (number === 0) return;
    this.#at = this.#at < 0 && by < 0 ? number - 1 : (this.#at + by + number) % number;
    const node = this.#found[this.#at];
    if (node) bringIntoSight(this.#view, node);
    this.#field.focus({ preventScroll: true });
    this.#tell(this.#field.value);
  }
}
