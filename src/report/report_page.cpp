#include "report/report.hpp"

namespace pursuit {

const char *const k_report_style = R"(
:root { --ink: #1b1b1b; --soft: #555; --line: #d5d5d5; --page: #fff; --box: #f6f6f4; --good: #00664b; --bad: #a33b00; --link: #0057a3; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8e6; --soft: #b0b0ac; --line: #45474a; --page: #17191b; --box: #212427; --good: #5fd0ac; --bad: #ff9d6b; --link: #7cc0ff; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 60rem; color: var(--ink); background: var(--page);
  font: 1rem/1.5 system-ui, "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0.5rem 0; } h2 { font-size: 1.2rem; margin: 2.2rem 0 0.6rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.6rem 0 0.3rem; }
a { color: var(--link); } code, pre { font: 0.85em "DejaVu Sans Mono", ui-monospace, monospace; }
pre { background: var(--box); padding: 0.7rem; overflow: auto; max-height: 24rem; white-space: pre-wrap; }
.paper { display: none; } .soft { color: var(--soft); } .small { font-size: 0.85rem; }
.badge { display: inline-block; padding: 0.05rem 0.5rem; margin-right: 0.3rem; border: 1px solid var(--line); border-radius: 0.3rem; background: var(--box); }
th:first-child, td:first-child { white-space: nowrap; overflow-wrap: normal; }
.passed { color: var(--good); font-weight: 600; } .failed { color: var(--bad); font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.85rem; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.6rem 0.25rem 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
.wide table { width: auto; } .wide th, .wide td { white-space: nowrap; overflow-wrap: normal; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
th button { all: unset; cursor: pointer; font-weight: 600; } th button:focus-visible { outline: 2px solid var(--link); }
th[aria-sort="ascending"] button::after { content: " \25B2"; } th[aria-sort="descending"] button::after { content: " \25BC"; }
figure { margin: 0 0 1.5rem; } figure .scroll { background: #fff; border: 1px solid var(--line); }
figure svg, figure img { display: block; width: 100%; min-width: 36rem; height: auto; }
figcaption { font-size: 0.9rem; margin-top: 0.4rem; }
.plan svg { display: block; height: auto; color: var(--ink); }
dl { display: grid; grid-template-columns: minmax(6rem, 12rem) 1fr; gap: 0.2rem 1rem; font-size: 0.9rem; } dt { color: var(--soft); } dd { margin: 0; }
input, .more { font: inherit; padding: 0.3rem 0.5rem; border: 1px solid var(--line); background: var(--box); color: var(--ink); border-radius: 0.3rem; max-width: 100%; }
@media (max-width: 30rem) {
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.5rem; }
  .claims thead { display: none; } .claims tr { display: grid; grid-template-columns: 4.5rem 1fr; border-bottom: 1px solid var(--line); }
  .claims td { border: 0; } .claims td:last-child { grid-column: 2; color: var(--soft); }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; color: #000; background: #fff; }
  h2, h3 { break-after: avoid; } figure, tr { break-inside: avoid; }
  label, button.more, .unprinted { display: none; } .paper { display: block; } .scroll { overflow: visible; } figure .scroll { border: 0; }
  figure svg, figure img { min-width: 0; max-height: 20cm; object-fit: contain; } .plan svg { max-width: 100%; }
  .wide table { width: 100%; font-size: 7pt; } .wide th { white-space: normal; }
  pre { max-height: none; }
}
)";

// Rows are made as they are needed: of ten thousand runs a hundred at first.
const char *const k_report_script = R"(
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("runs-data").textContent);
  const table = document.getElementById("runs"), head = table.tHead.rows[0], body = table.tBodies[0];
  const find = document.getElementById("find"), count = document.getElementById("count"), more = document.getElementById("more");
  const step = 100;
  let rows = data.rows, shown = step, sorted = -1, direction = 1;
  const compare = (a, b) => a === b ? 0 : a === null ? 1 : b === null ? -1 : (a < b ? -1 : 1) * direction;
  const classes = column => (column.number ? "number" : "") + (column.printed ? "" : " unprinted");
  const cell = (value, column) => {
    const td = document.createElement("td");
    td.className = classes(data.columns[column]);
    const text = value === null ? "" : String(value);
    td.textContent = column === 0 ? text.slice(0, 12) : typeof value === "number" && !Number.isInteger(value) ? String(+value.toPrecision(5)) : text;
    if (column === 0) td.title = text;
    return td;
  };
  const draw = () => {
    const part = rows.slice(0, shown).map(row => {
      const tr = document.createElement("tr");
      tr.append(...row.map(cell));
      return tr;
    });
    body.replaceChildren(...part);
    count.textContent = `${part.length} of ${rows.length} runs shown`;
    more.hidden = part.length >= rows.length;
  };
  const sort = column => {
    direction = sorted === column ? -direction : 1;
    sorted = column;
    rows = [...rows].sort((a, b) => compare(a[column], b[column]));
    [...head.cells].forEach((th, i) => th.setAttribute("aria-sort", i !== column ? "none" : direction > 0 ? "ascending" : "descending"));
    draw();
  };
  data.columns.forEach((column, i) => {
    const th = document.createElement("th"), button = document.createElement("button");
    th.scope = "col";
    th.className = classes(column);
    button.type = "button";
    button.textContent = column.label;
    button.addEventListener("click", () => sort(i));
    th.append(button);
    head.append(th);
  });
  find.addEventListener("input", () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(word => word);
    rows = data.rows.filter(row => { const text = row.join(" ").toLowerCase(); return words.every(word => text.includes(word)); });
    shown = step;
    if (sorted >= 0) rows.sort((a, b) => compare(a[sorted], b[sorted]));
    draw();
  });
  more.addEventListener("click", () => { shown += 10 * step; draw(); });
  draw();
})();
)";

} // namespace pursuit
