import { closeBrackets } from "@codemirror/autocomplete";
import { history } from "@codemirror/commands";
import {
  bracketMatching,
  indentService,
  indentUnit,
  syntaxHighlighting,
  syntaxTree,
} from "@codemirror/language";
import { search } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import {
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  lineNumbers,
} from "@codemirror/view";
import { dialect } from "./dialect";
import { keys } from "./keys";
import { marks } from "./marks";
import { replacing } from "./replacing";
import { highlighting, theme } from "./theme";

/** Everything that is the same for every editor on every page. */
export function extensions(): Extension {
  return [
    brackets,
    dialect.language,
    syntaxHighlighting(highlighting),
    marks(),
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    // A no-break space pasted from a web page is a syntax error that nobody sees.
    highlightSpecialChars(),
    history(),
    bracketMatching(),
    replacing,
    search({ top: true }),
    indentation,
    keys(),
    EditorView.lineWrapping,
    EditorView.cspNonce.of(nonce()),
    theme,
  ];
}

/** A new line starts where the last one did, or one step further in after an open bracket. */
const indentation: Extension = [
  indentUnit.of("  "),
  indentService.of((context, position) => {
    const line = context.state.doc.lineAt(position);
    const before = line.text.slice(0, position - line.from);
    const start = context.countColumn(before, before.search(/\S|$/));
    return /[([]\s*$/.test(before) ? start + context.unit : start;
  }),
];

/** Brackets and quotes come in pairs, but not in comments, which are prose. */
const brackets: Extension = [
  closeBrackets(),
  EditorState.languageData.of((state, position) => {
    const comment = /Comment$/.test(syntaxTree(state).resolveInner(position, -1).name);
    return [{ closeBrackets: { brackets: comment ? [] : ["(", "[", "'", '"'] } }];
  }),
];

/** The nonce of the page's Content-Security-Policy: the editor adds a `<style>` element. */
function nonce(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]');
  const element = document.querySelector<HTMLElement>("script[nonce], style[nonce], link[nonce]");
  return meta?.content || element?.nonce || "";
}
