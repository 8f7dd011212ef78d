import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

// Colours and fonts are the page's custom properties, so light and dark mode are the page's affair.
// The values beside them serve a page that defines none.
const ink = "var(--ink, #1d2430)";
const surface = "var(--surface, #fff)";
const muted = "var(--muted, #5c6675)";
const accent = "var(--accent, #1f5fbf)";
const danger = "var(--danger, #b3261e)";
const line = "var(--line, #d5dae2)";
const selection = "var(--selection, #cfe0fb)";
const mono = "var(--font-mono, ui-monospace, monospace)";

const LINE_HEIGHT = 1.6;
const LEAST_LINES = 8;
/** Space above the first line and below the last. */
const PADDING = "0.5rem";
const leastHeight = `calc(${LEAST_LINES} * ${LINE_HEIGHT}em + 2 * ${PADDING})`;

const tint = (colour: string, percent: number): string =>
  `color-mix(in srgb, ${colour} ${percent}%, transparent)`;

/** The editor's look. */
export const theme = EditorView.theme({
  "&": {
    color: ink,
    backgroundColor: surface,
    border: `1px solid ${line}`,
    borderRadius: "0.375rem",
  },
  "&.cm-focused": { outline: `2px solid ${accent}`, outlineOffset: "1px" },
  ".cm-scroller": {
    fontFamily: mono,
    fontSize: "0.9375rem",
    lineHeight: String(LINE_HEIGHT),
    overflow: "auto",
    maxHeight: "60vh",
  },
  ".cm-content": { padding: `${PADDING} 0`, minHeight: leastHeight, caretColor: ink },
  ".cm-line": { padding: "0 0.75rem 0 0.5rem" },
  "& .cm-content ::selection, & .cm-line::selection": { backgroundColor: selection },
  ".cm-placeholder": { color: muted },
  ".cm-activeLine, .cm-activeLineGutter": { color: "inherit", backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: tint(muted, 7) },
  ".cm-gutters": {
    minHeight: leastHeight,
    color: muted,
    backgroundColor: "transparent",
    border: "none",
  },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 0.25rem 0 0.5rem", minWidth: "2.25rem" },
  "&.cm-focused .cm-activeLineGutter": { color: ink, backgroundColor: tint(muted, 7) },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: tint(accent, 18),
    outline: `1px solid ${tint(accent, 55)}`,
  },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: tint(danger, 18) },
  ".cm-specialChar": { color: danger },

  ".cm-sqlError": {
    textDecoration: `underline wavy ${danger}`,
    textDecorationSkipInk: "none",
    textUnderlineOffset: "0.2em",
    backgroundColor: tint(danger, 10),
  },
  // An empty inline box has no text to underline: it is drawn as wide as a character.
  ".cm-sqlErrorEnd::after": { content: '"\\00a0"' },
  "& .cm-lineNumbers .cm-gutterElement.cm-sqlErrorLine": {
    position: "relative",
    color: danger,
    fontWeight: "700",
    backgroundColor: tint(danger, 12),
  },
  ".cm-sqlErrorLine::before": { content: '"!"', position: "absolute", left: "0.3rem" },

  ".cm-tooltip": {
    color: ink,
    backgroundColor: surface,
    border: `1px solid ${line}`,
    borderRadius: "0.375rem",
    boxShadow: "0 4px 16px rgb(0 0 0 / 18%)",
    overflow: "hidden",
  },
  ".cm-sqlErrorMessage": {
    maxWidth: "min(36rem, 85vw)",
    padding: "0.375rem 0.625rem",
    borderLeft: `3px solid ${danger}`,
    fontSize: "0.875rem",
    lineHeight: "1.4",
    overflowWrap: "anywhere",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: mono,
    fontSize: "0.875rem",
    maxHeight: "14rem",
    maxWidth: "90vw",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {
    display: "flex",
    justifyContent: "space-between",
    gap: "1.5rem",
    padding: "0.1875rem 0.625rem",
    lineHeight: "1.4",
  },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { color: surface, backgroundColor: accent },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionDetail": { marginLeft: "0", color: muted, fontStyle: "normal" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected] .cm-completionDetail": { color: "inherit" },

  ".cm-panels": { color: ink, backgroundColor: surface },
  ".cm-panels.cm-panels-top": { borderBottom: `1px solid ${line}` },
  ".cm-panel.cm-search": { padding: "0.5rem 2rem 0.5rem 0.5rem", fontFamily: "inherit" },
  ".cm-panel.cm-search label": { fontSize: "0.8125rem" },
  ".cm-textfield": {
    color: ink,
    backgroundColor: surface,
    border: `1px solid ${line}`,
    borderRadius: "0.25rem",
    padding: "0.25rem 0.5rem",
    fontSize: "inherit",
  },
  ".cm-button": {
    color: ink,
    backgroundColor: surface,
    backgroundImage: "none",
    border: `1px solid ${line}`,
    borderRadius: "0.25rem",
    padding: "0.25rem 0.5rem",
    fontSize: "0.8125rem",
    "&:active": { backgroundImage: "none", backgroundColor: selection },
  },
  ".cm-panel.cm-search [name=close]": { color: ink, fontSize: "1.25rem" },
  ".cm-searchMatch": {
    backgroundColor: tint(accent, 20),
    outline: `1px solid ${tint(accent, 45)}`,
  },
  ".cm-searchMatch-selected": { backgroundColor: tint(accent, 45) },

  "@media (pointer: coarse), (max-width: 40rem)": {
    // Below 16 px, phones zoom the page in when a field takes the focus.
    ".cm-scroller, .cm-textfield": { fontSize: "16px" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.5rem 0.75rem" },
  },
});

/** The colours of SQL. Bold marks keywords for those who do not see the colours apart. */
export const highlighting = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword, #7a2fa0)", fontWeight: "600" },
  { tag: [tags.bool, tags.null], color: "var(--code-keyword, #7a2fa0)" },
  { tag: tags.string, color: "var(--code-string, #1a6b3c)" },
  { tag: tags.special(tags.string), color: ink },
  { tag: tags.number, color: "var(--code-number, #9a4a00)" },
  { tag: tags.comment, color: "var(--code-comment, #5c6675)", fontStyle: "italic" },
  { tag: [tags.typeName, tags.standard(tags.name)], color: "var(--code-type, #155a9c)" },
]);
