// Tables that sort by the column whose heading is pressed.

/** Puts a button into every heading. Numbers sort by `data-value`, the largest first. */
export function makeSortable(table: HTMLTableElement): void {
  const headings = Array.from(table.tHead?.rows[0]?.cells ?? []);
  headings.forEach((heading, column) => {
    if (heading.querySelector("button")) return;
    const press = document.createElement("button");
    press.type = "button";
    press.append(...heading.childNodes);
    press.addEventListener("click", () => {
      const before = heading.getAttribute("aria-sort");
      const ascending = before === "descending" || (before === null && column < 2);
      for (const other of headings) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      sort(table, column, ascending);
    });
    heading.append(press);
  });
}

function sort(table: HTMLTableElement, column: number, ascending: boolean): void {
  const body = table.tBodies[0];
  if (!body) return;
  const rows = Array.from(body.rows, (row) => ({ row, value: value(row.cells[column]) }));
  const sign = ascending ? 1 : -1;
  rows.sort((one, other) => {
    // What has no value stands last, whatever the direction.
    if (one.value === null || other.value === null) {
      return Number(one.value === null) - Number(other.value === null);
    }
    if (typeof one.value === "number" && typeof other.value === "number") {
      return sign * (one.value - other.value);
    }
    return sign * String(one.value).localeCompare(String(other.value));
  });
  body.append(...rows.map(({ row }) => row));
}

function value(cell: HTMLTableCellElement | undefined): number | string | null {
  const number = cell?.dataset["value"];
  if (number !== undefined) return Number(number);
  const text = cell?.textContent?.trim() ?? "";
  return text === "" ? null : text;
}
