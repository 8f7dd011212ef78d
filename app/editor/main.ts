// The entry of the editor's bundle: defines `<sql-editor>`. What it promises stands in element.ts.

import { SqlEditor } from "./element";

if (!customElements.get("sql-editor")) customElements.define("sql-editor", SqlEditor);
