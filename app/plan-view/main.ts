// The entry of the plan view's bundle: defines `<plan-view>`, whose promises stand in element.ts,
// and takes files that are dropped on the page that reads plans.

import { takeDroppedFiles } from "./drop";
import { PlanView } from "./element";

if (!customElements.get("plan-view")) customElements.define("plan-view", PlanView);
takeDroppedFiles(document);
