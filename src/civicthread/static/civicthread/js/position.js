// Offers to take the place of an idea from the device; without this script the place is told in words.
const part = document.querySelector("[data-position]");
const form = part?.closest("form");
const inputs = form ? [form.elements.namedItem("longitude"), form.elements.namedItem("latitude")] : [];
const [use, drop, told] = ["[data-position-use]", "[data-position-drop]", "[role=status]"].map((which) => part?.querySelector(which));

function show(taken, words) {
  drop.hidden = !taken;
  told.textContent = words;
}

function take({ coords }) {
  [inputs[0].value, inputs[1].value] = [coords.longitude.toFixed(4), coords.latitude.toFixed(4)];
  show(true, told.dataset.taken);
}

function forget() {
  inputs.forEach((input) => (input.value = ""));
  show(false, "");
  use.focus();
}

if (part && "geolocation" in navigator) {
  part.hidden = false;
  show(inputs[0].value !== "", inputs[0].value ? told.dataset.taken : "");
  drop.addEventListener("click", forget);
  use.addEventListener("click", () => {
    show(!drop.hidden, told.dataset.asking);
    navigator.geolocation.getCurrentPosition(take, () => show(inputs[0].value !== "", told.dataset.refused), { timeout: 20_000 });
  });
}
