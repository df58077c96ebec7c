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
  const found = new Set(articles.filter((it) => showArticle(it, wanted)).map((it) => it.dataset.target));
  for (const it of document.querySelectorAll("[data-target]")) it.hidden = !found.has(it.dataset.target);
  nothing.hidden = found.size > 0;
}

/** Whether an article matches; when only packages of it do, these are shown. */
function showArticle(article, wanted) {
  const packages = article.querySelector("details.packages");
  if (packages === null) return textOf(article).includes(wanted);
  const inPackages = textOf(packages).includes(wanted);
  const elsewhere = textOf(article).replace(textOf(packages), "").includes(wanted);
  showPackages(packages, inPackages && !elsewhere ? wanted : "");
  return inPackages || elsewhere;
}

/** Opens the table at the packages that match; without a filter it is as it was made. */
function showPackages(packages, wanted) {
  if (wanted === "" && !packages.dataset.filtered) return;
  for (const row of packages.querySelectorAll("tbody tr")) row.hidden = !textOf(row).includes(wanted);
  packages.open = wanted !== "";
  packages.dataset.filtered = wanted;
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
