import { Compartment, EditorState, Transaction } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { Accessible } from "./accessible";
import { completion } from "./completion";
import { extensions } from "./extensions";
import { currentMark, setMark, type Mark } from "./marks";
import { utf16Offset } from "./offsets";
import { parseSchema } from "./schema";
import { runOrCheck } from "./shortcuts";
import { textareaState } from "./textarea";

/**
 * `<sql-editor>`: a SQL editor over the plain `<textarea>` it contains.
 *
 * The textarea stays in its form and always holds the text, so that form posts and `FormData` need
 * to know nothing of the editor; where this script does not run, the textarea is the editor.
 *
 * Attributes:
 *
 * - `schema`: the tables to complete, as JSON: `{"members": ["id", "name"]}`.
 * - `error-at` and `error-message`: marks the place and says why. `error-at` counts characters
 *   (Unicode scalar values, from 0) from the start of the text. The mark goes when the attributes
 *   go, and as soon as its line is edited; the attributes themselves are never touched from here,
 *   so whoever sets them removes them when a new run starts.
 *
 * Keys: Ctrl/Cmd+Enter presses the form's `[data-action="run"]`, with Shift its
 * `[data-action="check"]`; the whole text is sent, whatever is selected.
 *
 * The textarea fires a bubbling `input` event after each change the user makes. As with a plain
 * textarea, assigning `value` fires none.
 */
export class SqlEditor extends HTMLElement {
  static readonly observedAttributes = ["schema", "error-at", "error-message"];

  #view: EditorView | null = null;
  #textarea: HTMLTextAreaElement | null = null;
  #listeners = new AbortController();
  #completion = new Compartment();
  #textareaState = new Compartment();
  #markScheduled = false;

  /** The text, with `\n` between lines. */
  get value(): string {
    return this.#view?.state.doc.toString() ?? this.#textareaInside()?.value ?? "";
  }

  /** Replaces the text in one step that the user can undo. */
  set value(text: string) {
    const textarea = this.#textareaInside();
    if (!textarea) return;
    textarea.value = text;
    this.#takeOver();
  }

  override focus(options?: FocusOptions): void {
    if (!this.#view) this.#textareaInside()?.focus(options);
    else if (options?.preventScroll) this.#view.contentDOM.focus(options);
    else this.#view.focus();
  }

  connectedCallback(): void {
    if (this.#view) return;
    this.#listeners = new AbortController();
    this.addEventListener("keydown", runOrCheck, { capture: true, signal: this.#listeners.signal });
    if (this.#textareaInside()) {
      this.#build();
    } else if (document.readyState === "loading") {
      // The parser has opened this element but not reached the textarea in it.
      const { signal } = this.#listeners;
      document.addEventListener("DOMContentLoaded", () => this.#build(), { once: true, signal });
    }
  }

  disconnectedCallback(): void {
    this.#listeners.abort();
    this.#view?.dom.parentElement?.remove();
    this.#view?.destroy();
    this.#view = null;
    this.#textarea?.style.removeProperty("display");
    this.#textarea = null;
  }

  attributeChangedCallback(name: string): void {
    if (!this.#view) return;
    if (name === "schema") {
      this.#view.dispatch({ effects: this.#completion.reconfigure(this.#completionSetting()) });
    } else {
      this.#scheduleMark();
    }
  }

  #textareaInside(): HTMLTextAreaElement | null {
    return this.#textarea ?? this.querySelector("textarea");
  }

  #build(): void {
    const textarea = this.#textareaInside();
    if (!textarea || this.#view) return;

    const frame = document.createElement("div");
    const accessible = new Accessible(textarea, frame);
    const view = new EditorView({
      parent: frame,
      state: EditorState.create({
        doc: textarea.value,
        extensions: [
          this.#completion.of(this.#completionSetting()),
          this.#textareaState.of(textareaState(textarea)),
          accessible.extension,
          extensions(),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) this.#mirror(update.transactions);
          }),
        ],
      }),
    });
    this.#view = view;
    this.#textarea = textarea;

    // After the server's nodes: hydration walks those by position and never reaches the frame.
    this.append(frame);
    textarea.style.display = "none";
    this.#listen(textarea, view);
    this.#applyMark({ scroll: false });
    // Lines were measured in the font that was there; a web font may be taller.
    void document.fonts.ready.then(() => view.requestMeasure());
  }

  #listen(textarea: HTMLTextAreaElement, view: EditorView): void {
    const { signal } = this.#listeners;
    const takeOver = (): void => this.#takeOver();
    // A click on a label ends at the hidden textarea.
    textarea.addEventListener("click", () => this.focus(), { signal });
    for (const event of ["input", "change"]) textarea.addEventListener(event, takeOver, { signal });
    // Browsers put a form's former text back after scripts have run.
    window.addEventListener("pageshow", takeOver, { signal });
    // A form announces its reset before it resets.
    const reset = (event: Event): void => {
      if (event.target === textarea.form) setTimeout(takeOver);
    };
    document.addEventListener("reset", reset, { signal });
    // The editable area and the search panel fire events of their own; the page is to hear the
    // textarea's alone.
    for (const event of ["input", "change"]) {
      view.dom.addEventListener(event, (inner) => inner.stopPropagation(), { signal });
    }
    const observer = new MutationObserver(() => {
      view.dispatch({ effects: this.#textareaState.reconfigure(textareaState(textarea)) });
    });
    observer.observe(textarea, { attributeFilter: ["readonly", "disabled", "placeholder"] });
    signal.addEventListener("abort", () => observer.disconnect());
  }

  /** Brings a text that came into the textarea by another way than typing into the editor. */
  #takeOver(): void {
    const view = this.#view;
    const text = this.#textarea?.value;
    if (!view || text === undefined || text === view.state.doc.toString()) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  }

  #mirror(transactions: readonly Transaction[]): void {
    const textarea = this.#textarea;
    if (!textarea) return;
    textarea.value = this.value;
    const byUser = transactions.some(
      (each) => each.annotation(Transaction.userEvent) !== undefined,
    );
    if (byUser) textarea.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** `error-at` and `error-message` change one after the other: looks once both are there. */
  #scheduleMark(): void {
    if (this.#markScheduled) return;
    this.#markScheduled = true;
    queueMicrotask(() => {
      this.#markScheduled = false;
      this.#applyMark({ scroll: true });
    });
  }

  #applyMark({ scroll }: { scroll: boolean }): void {
    const view = this.#view;
    if (!view) return;
    view.dispatch({ effects: setMark.of(this.#mark()) });
    const mark = currentMark(view.state);
    if (!mark || !scroll) return;
    const line = view.state.doc.lineAt(mark.from);
    const place = `Error marked in line ${line.number}, column ${mark.from - line.from + 1}`;
    view.dispatch({
      effects: [
        EditorView.scrollIntoView(mark.from, { yMargin: 24 }),
        EditorView.announce.of(place),
      ],
    });
  }

  #mark(): Mark | null {
    const at = this.getAttribute("error-at");
    if (at === null || !/^\d+$/.test(at)) return null;
    const message = this.getAttribute("error-message") ?? "";
    return { at: utf16Offset(this.value, Number(at)), message };
  }

  #completionSetting() {
    return completion(parseSchema(this.getAttribute("schema")));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "sql-editor": SqlEditor;
  }
}
