// Makes a figure interactive once a reader asks for it. Nothing is loaded before; without this script the drawing stays.
const VEGA = () => globalThis.vega;

function load(address) {
  if (VEGA()) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: address, onload: resolve, onerror: reject });
    document.head.append(script);
  });
}

async function read(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} answers ${answer.status}`);
  return answer.json();
}

async function draw(container, { vega, interpreter }, address, tooltip) {
  const [{ spec, number, time }] = await Promise.all([read(address), load(vega)]);
  const { expressionInterpreter } = await import(interpreter);
  const { parse, View } = VEGA();
  const view = new View(parse(spec, null, { ast: true }), {
    expr: expressionInterpreter,
    locale: { number, time },
    renderer: "svg",
    container,
    tooltip,
  });
  await view.runAsync();
  return view;
}

// Every mark that has something to say, in the order in which it was drawn.
function speaking(node, found = []) {
  if (node.tooltip && node._svg) found.push(node);
  (node.items ?? []).forEach((each) => speaking(each, found));
  return found;
}

function say(place, item) {
  const tip = place.querySelector(".figure-tip");
  tip.hidden = !item;
  tip.textContent = item ? item.tooltip : "";
  place.querySelector("[data-told]")?.removeAttribute("data-told");
  if (!item) return;
  item._svg.dataset.told = "";
  item._svg.scrollIntoView({ block: "nearest", inline: "nearest" });
  const [around, mark] = [place, item._svg].map((element) => element.getBoundingClientRect());
  const middle = mark.left + mark.width / 2 - around.left - tip.offsetWidth / 2;
  tip.style.left = `${Math.max(0, Math.min(middle, around.width - tip.offsetWidth))}px`;
  tip.style.top = `${Math.max(0, mark.top - around.top - tip.offsetHeight - 8)}px`;
}

function onKey(event, place, marks) {
  const here = marks.findIndex((mark) => "told" in mark._svg.dataset);
  const last = marks.length - 1;
  const there = { ArrowRight: Math.min(here + 1, last), ArrowLeft: Math.max(here - 1, 0), Home: 0, End: last, Escape: -1 };
  if (!(event.key in there)) return;
  event.preventDefault();
  say(place, marks[there[event.key]]);
}

// The same frame as the still drawing had, with the words of the mark that one points at above it.
function framed(plate) {
  const [place, frame, drawing, tip] = Array.from({ length: 4 }, () => document.createElement("div"));
  place.className = "figure-explored";
  Object.assign(frame, { className: plate.className, tabIndex: 0 });
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", plate.getAttribute("aria-label"));
  drawing.setAttribute("aria-hidden", "true");
  Object.assign(tip, { className: "figure-tip", hidden: true });
  tip.setAttribute("role", "status");
  frame.append(drawing);
  place.append(frame, tip);
  return { place, frame, drawing };
}

async function explore(figure, part, still) {
  const told = part.querySelector("[role=status]");
  const plate = figure.querySelector(".figure-drawing");
  const { place, frame, drawing } = framed(plate);
  told.textContent = told.dataset.waiting;
  plate.after(place);
  try {
    const pointed = (handler, event, item, words) => say(place, words && item);
    const view = await draw(drawing, part.dataset, still.dataset.spec, pointed);
    const marks = speaking(view.scenegraph().root);
    frame.addEventListener("keydown", (event) => onKey(event, place, marks));
    frame.addEventListener("blur", () => say(place, null));
    plate.remove();
    part.querySelector("button").remove();
    told.textContent = told.dataset.ready;
    frame.focus({ preventScroll: true });
  } catch {
    place.remove();
    told.textContent = told.dataset.failed;
  }
}

for (const part of document.querySelectorAll("[data-explore]")) {
  const figure = part.closest("figure");
  const still = figure.querySelector("svg[data-spec]");
  if (!still) continue;
  part.hidden = false;
  part.querySelector("button").addEventListener("click", () => explore(figure, part, still));
}
