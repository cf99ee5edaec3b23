// One tab per language where a form stacks its languages; without this script all stay in view.
const groups = [];

function select(group, code, focus = false) {
  group.tabs.forEach((tab, index) => {
    const chosen = tab.dataset.code === code;
    tab.setAttribute("aria-selected", chosen);
    tab.tabIndex = chosen ? 0 : -1;
    group.panels[index].hidden = !chosen;
    if (chosen && focus) tab.focus();
  });
}

// Who writes Dutch writes all of it in Dutch.
function selectEverywhere(code, from) {
  groups.filter((group) => group.codes.includes(code)).forEach((group) => select(group, code, group === from));
}

function onKey(event, group) {
  const last = group.codes.length - 1;
  const here = group.tabs.indexOf(event.target);
  const there = { ArrowRight: here === last ? 0 : here + 1, ArrowLeft: here ? here - 1 : last, Home: 0, End: last };
  if (!(event.key in there)) return;
  event.preventDefault();
  selectEverywhere(group.codes[there[event.key]], group);
}

function tabFor(panel, id, group) {
  const tab = document.createElement("button");
  panel.id = `${id}-panel-${panel.dataset.tab}`;
  Object.assign(tab, { type: "button", className: "tab", id: `${panel.id}-tab`, textContent: panel.dataset.name });
  tab.dataset.code = panel.dataset.tab;
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", panel.id);
  if ("error" in panel.dataset) tab.dataset.error = "";
  const state = panel.querySelector(".status");
  if (state) tab.append(state.cloneNode(true));
  panel.setAttribute("role", "tabpanel");
  panel.setAttribute("aria-labelledby", tab.id);
  tab.addEventListener("click", () => selectEverywhere(tab.dataset.code, group));
  tab.addEventListener("keydown", (event) => onKey(event, group));
  return tab;
}

function build(fieldset) {
  const panels = [...fieldset.querySelectorAll("[data-tab]")];
  const group = { panels, codes: panels.map((panel) => panel.dataset.tab), tabs: [] };
  const list = document.createElement("div");
  list.className = "tabs";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", fieldset.querySelector("legend").textContent.trim());
  group.tabs = panels.map((panel) => tabFor(panel, fieldset.id, group));
  list.append(...group.tabs);
  panels[0].before(list);
  fieldset.dataset.tabs = "ready";
  groups.push(group);
  const wrong = panels.find((panel) => "error" in panel.dataset);
  const own = panels.find((panel) => panel.dataset.tab === document.documentElement.lang);
  select(group, (wrong || own || panels[0]).dataset.tab);
}

// The error summary, and a refusal on another page, may link into a hidden tab.
function reveal() {
  const target = document.getElementById(location.hash.slice(1));
  const panel = target?.closest("[data-tab]");
  const group = groups.find((each) => each.panels.includes(panel));
  if (!group) return;
  select(group, panel.dataset.tab);
  target.focus();
}

const start = () => document.querySelectorAll('[data-tabs=""]').forEach(build);
start();
reveal();
document.addEventListener("htmx:load", start);
addEventListener("hashchange", reveal);
