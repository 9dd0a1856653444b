// The register works without this file. It counts the marks while they are made, says how many are not saved yet,
// warns before they are lost, and tells the server which row was touched last, to come back to.

const form = document.querySelector("#marks");
const HELD_BACK = 1500; // a screen reader is told once the tapping stops, and not at each tap

if (form) {
  const unsaved = form.querySelector("#not-saved-yet");
  const spoken = form.querySelector("#said-of-marks");
  const last = form.elements.last;
  const door = form.elements.walk_in_name;
  const rows = [...form.querySelectorAll("fieldset.scp-reg")];
  let saying = 0;
  let sending = false;

  const isChanged = (row) =>
    [...row.querySelectorAll("input[type=radio]")].some((one) => one.checked !== one.defaultChecked) ||
    [...row.querySelectorAll("option")].some((one) => one.selected !== isChosenAtFirst(one));
  // Where the page chose no option, the browser chooses the first.
  const isChosenAtFirst = (option) =>
    option.defaultSelected || (option.index === 0 && !option.closest("select").querySelector("option[selected]"));
  const changed = () => rows.filter(isChanged).length;

  const count = () => {
    for (const bar of form.querySelectorAll(".scp-regbar[data-part]")) {
      const here = rows.filter((row) => row.dataset.part === bar.dataset.part);
      if (here.length === 0) continue; // a part that is only read
      const marks = here.map((row) => row.querySelector("input[type=radio]:checked")?.value ?? "");
      for (const number of bar.querySelectorAll("[data-mark]")) {
        number.textContent = String(marks.filter((mark) => mark === number.dataset.mark).length);
      }
    }
    const number = changed();
    unsaved.hidden = number === 0;
    unsaved.textContent = number === 0 ? "" : `${number} not saved`;
  };

  const say = () => {
    const bars = [...form.querySelectorAll(".scp-regbar[data-part]")];
    const words = bars.map((bar) => [...bar.querySelectorAll("span")].map((one) => one.textContent).join(", "));
    spoken.textContent = changed() ? `${unsaved.textContent}. ${words.join(". ")}` : "";
  };

  form.addEventListener("change", (event) => {
    const row = event.target.closest("fieldset.scp-reg");
    if (!row) return;
    last.value = row.id;
    count();
    clearTimeout(saying);
    saying = setTimeout(say, HELD_BACK);
  });
  form.addEventListener("submit", () => {
    sending = true;
  });
  addEventListener("beforeunload", (event) => {
    if (!sending && (changed() > 0 || door?.value.trim())) event.preventDefault();
  });
  // Coming back by the browser’s own button, what was tapped is still there.
  addEventListener("pageshow", () => {
    sending = false;
    count();
  });
}
