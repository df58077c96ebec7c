// Everything is readable without this: it adds a filter and sorting.

const filter = document.getElementById("filter");
const nothing = document.getElementById("nothing");
const articles = [...document.querySelectorAll("article")];
const texts = new Map();

/** Made when first asked for: most readers never filter. */
function textOf(element) {
  if (!texts.has(element)) texts.set(element, element.textContent.toLowerCase());
  return texts.get(element);
}

function show() {
  const wanted = filter.value.trim().toLowerCase();
  const found = new Set(articles.filter((it) => textOf(it).includes(wanted)).map((it) => it.dataset.target));
  for (const it of document.querySelectorAll("[data-target]")) it.hidden = !found.has(it.dataset.target);
  for (const it of document.querySelectorAll("details.packages")) showPackages(it, wanted);
  nothing.hidden = found.size > 0;
}

/** Of packages only those that match, when some do. */
function showPackages(details, wanted) {
  const matches = wanted.length > 1 && textOf(details).includes(wanted);
  if (!matches && !details.dataset.filtered) return;
  for (const row of details.querySelectorAll("tbody tr")) row.hidden = matches && !textOf(row).includes(wanted);
  details.open = matches;
  details.dataset.filtered = matches ? "yes" : "";
}

filter.addEventListener("input", show);
filter.hidden = false;

const natural = new Intl.Collator("en", { numeric: true }).compare;

function sortBy(head) {
  const column = head.cellIndex;
  const direction = head.ariaSort === "ascending" ? -1 : 1;
  const keyOf = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
  const body = head.closest("table").tBodies[0];
  body.append(...[...body.rows].sort((a, b) => direction * natural(keyOf(a), keyOf(b))));
  for (const other of head.parentElement.cells) other.ariaSort = null;
  head.ariaSort = direction > 0 ? "ascending" : "descending";
}

for (const head of document.querySelectorAll(".targets thead th")) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  button.addEventListener("click", () => sortBy(head));
  head.append(button);
}
