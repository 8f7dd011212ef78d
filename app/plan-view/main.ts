// The entry of the plan view's bundle: defines `<plan-view>`. What it promises stands in element.ts.

import { PlanView } from "./element";

if (!customElements.get("plan-view")) customElements.define("plan-view", PlanView);
